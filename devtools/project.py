"""Where things are: the repository, the add-on and the state folder."""

import ast
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from devtools.console import Problem

ROOT = Path(__file__).resolve().parent.parent
ADDON = "account_admin"
DEMO_DATABASE = "account_admin_demo"
#: Where a demo database goes that cannot be updated.
OLD_DEMO_DATABASE = f"{DEMO_DATABASE}_old"
# changes in these never need a database update
UNINSTALLED_PARTS = {"__pycache__", "tests", "readme", "guide"}


def short_hash(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:10]


@dataclass
class Addon:
    """The add-on under development (another one in the tool's own tests)."""

    folder: Path

    @property
    def name(self):
        return self.folder.name

    @property
    def depends(self):
        manifest = self.folder / "__manifest__.py"
        try:
            return ast.literal_eval(manifest.read_text())["depends"]
        except OSError:
            raise Problem(f"{manifest} is missing: check the add-on out again.")
        except (SyntaxError, ValueError, KeyError) as error:
            raise Problem(f"{manifest} cannot be read ({error}): repair it.")

    def content_hash(self):
        """Change when anything changes that an installed database depends on."""
        files = sorted(
            path
            for path in self.folder.rglob("*")
            if path.is_file()
            and path.suffix != ".pyc"
            and not UNINSTALLED_PARTS & set(path.relative_to(self.folder).parts)
        )
        parts = []
        for path in files:
            parts += [path.relative_to(self.folder), path.read_bytes()]
        return short_hash(*parts)


@dataclass
class Project:
    """Paths of one checkout; DEV_STATE and DEV_ADDON move two of them."""

    root: Path = ROOT
    environ: dict = field(default_factory=lambda: dict(os.environ))

    @property
    def addon(self):
        return Addon(Path(self.environ.get("DEV_ADDON") or self.root / ADDON).resolve())

    @property
    def state_folder(self):
        return Path(self.environ.get("DEV_STATE") or self.root / ".dev").resolve()

    @property
    def requirements(self):
        return self.root / "requirements.txt"

    @property
    def test_requirements(self):
        return self.root / "requirements-test.txt"

    @property
    def oca_requirements(self):
        return self.root / "requirements-oca.txt"
