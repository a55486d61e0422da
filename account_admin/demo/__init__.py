"""Demo data: imported by the files of the manifest's ``demo`` alone."""
