"""Getting the source of Odoo 19.0: the developer's own, or Debian's package."""

import re
from dataclasses import dataclass
from pathlib import Path

from devtools import debian
from devtools.console import Problem, step
from devtools.project import short_hash
from devtools.state import remove_tree

SERIES = "19.0"
SUITE = "sid"
# the odoo package links to files of the others, relative to the unpacked tree
PACKAGES = (
    "odoo-19",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
UNPACKED = Path("usr/lib/python3/dist-packages")
NEEDED_MEGABYTES = 2500


@dataclass(frozen=True)
class OdooSource:
    """A usable source tree of Odoo."""

    python_path: Path
    addons_path: list
    version: str

    @property
    def fingerprint(self):
        return short_hash(self.python_path, self.version)


def find_odoo(state, chosen=None):
    """Return the Odoo to use, downloading it when the developer chose none."""
    if chosen:
        return inspect(Path(chosen).expanduser().resolve(), f"ODOO_SOURCE={chosen}")
    folder = state / "odoo"
    if not folder.exists():
        download(state, folder)
    return inspect(folder / UNPACKED, f"{folder}")


def download(state, folder):
    """Unpack Debian's Odoo; `folder` appears only when it is complete."""
    state.require_space(NEEDED_MEGABYTES, "Odoo")
    log = state.log("odoo-download")
    with step("Getting Odoo 19.0 (about 125 MB)"):
        partial = state.fresh_folder("odoo.new")
        workspace = state.fresh_folder("apt")
        debian.unpack(PACKAGES, SUITE, partial, workspace, log)
        mend(partial / UNPACKED)
        partial.rename(folder)
        remove_tree(workspace)


def mend(root):
    """Make up for what Debian leaves out or adds."""
    # an incomplete second set of add-ons, which Odoo would put on its path
    remove_tree(root / "addons")
    # a video library without source; its absence is an error on every web page
    library = root / "odoo/addons/mail/static/lib/selfie_segmentation"
    library.mkdir(parents=True, exist_ok=True)
    for name in ("selfie_segmentation.js",):
        if not (library / name).exists():
            (library / name).write_text("// not in Debian: no blurred backgrounds\n")


def inspect(root, origin):
    """Check that `root` holds a whole Odoo 19.0 and find its add-on folders."""
    release = root / "odoo" / "release.py"
    if not release.is_file():
        raise Problem(
            f"{origin} has no odoo/release.py: name the folder that holds the 'odoo' "
            "folder of an Odoo 19.0 checkout or release."
        )
    version = read_version(release)
    if version != SERIES:
        raise Problem(f"{origin} is Odoo {version}, but account_admin needs 19.0.")
    # a checkout keeps 'account' in addons/, a release in odoo/addons/
    if (root / "odoo" / "addons" / "account").is_dir():
        addons_path = []
    elif (root / "addons" / "account").is_dir():
        addons_path = [root / "addons"]
    else:
        raise Problem(f"{origin} has no add-on 'account': take a complete Odoo 19.0.")
    return OdooSource(root, addons_path, version)


def read_version(release):
    match = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.M)
    return ".".join(match.groups()) if match else "of an unknown version"
