"""One prepared environment: Odoo, Python, PostgreSQL and how to call them."""

import os

from devtools import debian, python_env
from devtools.oca import OcaAddons
from devtools.odoo_source import find_odoo
from devtools.postgres import choose_server
from devtools.processes import run_logged
from devtools.project import Project, short_hash
from devtools.state import State, write_whole

# from the developer's shell these would redirect Odoo or libpq behind our back, or
# have Odoo compiled anew at every start
UNWANTED = (
    "ODOO_RC",
    "OPENERP_SERVER",
    "PGDATABASE",
    "PGSERVICE",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
)
CONFIG = """\
[options]
; written by ./dev at every start
addons_path = {addons_path}
data_dir = {data_dir}
db_host = {host}
db_port = {port}
db_user = {user}
http_interface = 127.0.0.1
screenshots = {screenshots}
; nothing leaves this machine: at best a mail catcher listens here
smtp_server = localhost
smtp_port = 1025
"""


class Workbench:
    """Everything a command needs; `prepare` first, `release` last."""

    def __init__(self, project=None):
        self.project = project or Project()
        self.addon = self.project.addon
        self.state = State(self.project.state_folder)
        self.server = choose_server(self.state, self.project.environ)
        self.python_env = python_env.PythonEnvironment(self.state)
        self.oca = OcaAddons(self.state)
        self.odoo = None

    def prepare(self, tests=False):
        """Get whatever is missing, the cheap checks first. Call it locked."""
        if self.project.environ.get("ODOO_SOURCE"):
            self.join()
        self.server.start(self.state.log("postgres"))
        self.join()
        requirements = [self.project.requirements]
        if tests:
            requirements.append(self.project.test_requirements)
        self.python_env.ensure(*requirements)
        if tests:
            self.oca.ensure(self.python_env.python, self.project.oca_requirements)
        if tests and not python_env.has_browser(self.path):
            log = self.state.log("chromium")
            debian.install(["chromium", "fonts-dejavu-core"], "Chromium", log)
        self._write_config()

    def join(self):
        """Find Odoo: enough inside an environment that another ./dev prepared."""
        self.odoo = find_odoo(self.state, self.project.environ.get("ODOO_SOURCE"))

    def release(self):
        self.server.release()

    @property
    def config(self):
        return self.state / "odoo.conf"

    @property
    def data_dir(self):
        return self.state / "data"

    @property
    def path(self):
        folders = [self.state / "bin", self.python_env.bin]
        if getattr(self.server, "bin", None):
            folders.append(self.server.bin)
        own = os.pathsep.join(str(folder) for folder in folders)
        return own + os.pathsep + self.project.environ.get("PATH", os.defpath)

    def environ(self):
        """Variables for programs that work inside this environment."""
        inherited = self.project.environ
        given = {k: v for k, v in inherited.items() if k not in UNWANTED}
        caches = {
            "PYTHONPYCACHEPREFIX": self.state / "pycache",
            "RUFF_CACHE_DIR": self.state / "ruff",
            "PYLINTHOME": self.state / "pylint",
            "HYPOTHESIS_STORAGE_DIRECTORY": self.state / "hypothesis",
        }
        python_path = [self.odoo.python_path, self.project.root]
        return {
            **given,
            **self.server.settings,
            **{name: str(folder) for name, folder in caches.items()},
            "PATH": self.path,
            "VIRTUAL_ENV": str(self.python_env.folder),
            "PYTHONPATH": os.pathsep.join(map(str, python_path)),
            "ODOO_RC": str(self.config),
            "DEV_STATE": str(self.state.folder),
            "DEV_DATABASES": self.owner(),
        }

    def odoo_command(self, *arguments):
        return [self.python_env.python, "-m", "odoo", *arguments]

    def run_odoo(self, log, failure, *arguments):
        """Run Odoo quietly; its output goes to a log."""
        run_logged(
            self.odoo_command(*arguments),
            log,
            failure,
            env=self.environ(),
            cwd=self.project.root,
        )

    def owner(self):
        """Mark databases of this checkout: a given server may hold another's."""
        if "DEV_DATABASES" in self.project.environ:  # inside another ./dev
            return self.project.environ["DEV_DATABASES"]
        if "PGHOST" in self.project.environ:
            return short_hash(self.state.folder)[:4]
        return "dev"

    def _write_config(self):
        addons_path = [
            *self.odoo.addons_path,
            self.addon.folder.parent,
            *self.oca.addons_path,
        ]
        settings = self.server.settings
        text = CONFIG.format(
            addons_path=",".join(map(str, addons_path)),
            data_dir=self.data_dir,
            host=settings["PGHOST"],
            port=settings.get("PGPORT", "5432"),
            user=settings.get("PGUSER", "False"),
            screenshots=self.state / "screenshots",
        )
        write_whole(self.config, text)
