"""./dev docs: the user guide of docs/, built without a network and without a warning.

    ./dev docs                  # builds it, and writes the pages that the add-on serves
    ./dev lint                  # says when those are old

The add-on has the pages in static/guide/, beside their pictures, so that the menu Guide
works wherever the add-on is installed. docs/images is a link to these pictures.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from devtools.project import ADDON, ROOT

SERVED = Path(ADDON, "static", "guide")
#: What of a build the add-on serves; its pictures are there already.
PAGES = ("*.html", "*.css")


class Broken(Exception):
    """The guide has a warning: a dead link, a missing picture or page."""


def build(root, folder):
    """Build the guide of a checkout into a folder.

    :raises Broken: with what mkdocs says
    """
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    command += ["--config-file", root / "mkdocs.yml", "--site-dir", folder]
    done = subprocess.run(
        [str(part) for part in command], cwd=root, capture_output=True, text=True
    )
    said = [line for line in done.stderr.splitlines() if not line.startswith("INFO")]
    if done.returncode or said:
        raise Broken("\n".join(said))
    unused = find_unused(root, folder)
    if unused:
        raise Broken(f"No page or README shows {', '.join(unused)}.")


def find_unused(root, folder):
    """Pictures that cost every user space and that nobody sees."""
    shown = [*folder.glob("*.html"), root / "README.md"]
    text = "".join(page.read_text() for page in shown)
    names = sorted(path.name for path in (root / SERVED / "images").iterdir())
    return [name for name in names if f"images/{name}" not in text]


def find_stale(folder, served):
    """Pages that are not served as they were built, and those that are no more."""
    built, there = (
        {p.name: p for n in PAGES for p in f.glob(n)} for f in (folder, served)
    )
    return [
        name
        for name in sorted({*built, *there})
        if name not in built
        or name not in there
        or built[name].read_bytes() != there[name].read_bytes()
    ]


def refresh(folder, served, names):
    for name in names:
        (served / name).unlink(missing_ok=True)
        if (folder / name).is_file():
            shutil.copyfile(folder / name, served / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=ROOT, help="of the checkout")
    parser.add_argument("--to", type=Path, help="folder to build into")
    parser.add_argument("--fix", action="store_true", help="write the served pages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.to or Path(temporary)
        try:
            build(options.root, folder)
        except Broken as broken:
            print(broken)
            return 1
        served = options.root / SERVED
        stale = find_stale(folder, served)
        if options.fix:
            refresh(folder, served, stale)
        elif stale:
            print(f"{SERVED} is older than docs/: {', '.join(stale)}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
