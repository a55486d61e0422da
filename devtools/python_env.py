"""The virtual environment with the locked packages."""

import shutil
import subprocess
import sys

from devtools import debian
from devtools.console import step
from devtools.processes import run_logged
from devtools.project import short_hash
from devtools.state import remove_tree, write_whole

PDF_LIBRARIES = ("libxrender1", "libfontconfig1", "libxext6", "fonts-dejavu-core")
NEEDED_MEGABYTES = 800


class PythonEnvironment:
    """STATE/venv; a stamp inside it per requirements file says it is installed."""

    def __init__(self, state):
        self.state = state
        self.folder = state / "venv"
        self.bin = self.folder / "bin"
        self.python = self.bin / "python"

    def ensure(self, *requirements):
        """Make the environment and install what the requirements files lock."""
        missing = [path for path in requirements if not self._is_installed(path)]
        if missing:
            self.state.require_space(NEEDED_MEGABYTES, "its Python packages")
            self._ensure_venv()
        for path in missing:
            self._install(path)
        self._link_wkhtmltopdf()

    def _stamp(self, requirements):
        return self.folder / f"installed-{requirements.stem}"

    def _is_installed(self, requirements):
        stamp = self._stamp(requirements)
        return stamp.is_file() and stamp.read_text() == self._fingerprint(requirements)

    @staticmethod
    def _fingerprint(requirements):
        return short_hash(sys.version, sys.base_prefix, requirements.read_bytes())

    def _ensure_venv(self):
        made_by = self.folder / "made-by"
        if made_by.is_file() and made_by.read_text() == sys.version:
            return
        log = self.state.log("python")
        remove_tree(self.folder)
        if not has_venv():
            debian.install(["python3-venv"], "Python's venv module", log)
        with step("Making a Python environment"):
            run_logged(
                [sys.executable, "-m", "venv", self.folder],
                log,
                "the Python environment could not be made",
            )
            write_whole(made_by, sys.version)

    def _install(self, requirements):
        command = [self.python, "-m", "pip", "install", "--disable-pip-version-check"]
        command += ["--no-deps", "--only-binary=:all:", "-r", requirements]
        with step(f"Installing Python packages of {requirements.name}"):
            run_logged(
                command,
                self.state.log("python"),
                f"the packages of {requirements.name} could not be installed",
            )
        write_whole(self._stamp(requirements), self._fingerprint(requirements))

    def _link_wkhtmltopdf(self):
        """Give the packed wkhtmltopdf the name that Odoo looks for on PATH."""
        link = self.state / "bin" / "wkhtmltopdf"
        program = self.bin / "wkhtmltopdf-pack"
        if link.is_symlink() and link.resolve() == program.resolve():
            return
        if not debian.has_libraries(program):
            log = self.state.log("python")
            debian.install(PDF_LIBRARIES, "what PDF files need", log)
        remove_tree(link)
        link.symlink_to(program)


def has_venv():
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0


def has_browser(path):
    """Odoo's test runner looks for these names and no others."""
    names = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
    return any(shutil.which(name, path=path) for name in names)
