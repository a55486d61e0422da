"""The add-ons of the OCA that benchmarks and glue add-ons want, in a folder apart."""

from pathlib import Path

from devtools.console import step
from devtools.processes import run_logged
from devtools.project import short_hash
from devtools.state import write_whole

NEEDED_MEGABYTES = 100


class OcaAddons:
    """STATE/oca; a stamp inside it says what is installed."""

    def __init__(self, state):
        self.state = state
        self.folder = state / "oca"

    @property
    def addons_path(self):
        """The folder for Odoo's `addons_path`, in a list; empty before `ensure`."""
        path = self.folder / "odoo" / "addons"
        return [path] if path.is_dir() else []

    def ensure(self, python, requirements):
        """Install what the requirements file locks, unless it is there.

        The folder appears only when it is complete, so an interrupted run heals itself.

        :raises Problem: without network or space, with the cause
        """
        if self._stamp.is_file() and self._stamp.read_text() == fingerprint(
            requirements
        ):
            return
        self.state.require_space(NEEDED_MEGABYTES, "the add-ons of the OCA")
        partial = self.state.fresh_folder("oca.new")
        command = [python, "-m", "pip", "install", "--disable-pip-version-check"]
        # they ask for Odoo itself, which is no package here
        command += ["--no-deps", "--no-compile", "--target", partial]
        with step(f"Installing the add-ons of {requirements.name}"):
            run_logged(
                [*command, "-r", requirements],
                self.state.log("oca"),
                f"the add-ons of {requirements.name} could not be installed",
            )
        write_whole(partial / self._stamp.name, fingerprint(requirements))
        self.state.replace_folder(partial, self.folder)

    @property
    def _stamp(self) -> Path:
        return self.folder / "installed"


def fingerprint(requirements):
    return short_hash(requirements.read_bytes())
