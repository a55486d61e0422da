"""The one folder that ./dev writes to, and the lock that guards it."""

import contextlib
import fcntl
import os
import shutil

from devtools.console import Problem, say

MEGABYTE = 1 << 20


class State:
    """The state folder (.dev, or DEV_STATE)."""

    def __init__(self, folder):
        self.folder = folder

    def __truediv__(self, name):
        return self.folder / name

    def open(self):
        """Create the folder, or say why nothing can be kept there."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for name in ("logs", "bin"):
                (self / name).mkdir(exist_ok=True)
            probe = self / f"probe-{os.getpid()}"
            probe.write_text("x")
            probe.unlink()
        except OSError as error:
            if isinstance(
                error, (PermissionError, NotADirectoryError, FileExistsError)
            ) or ("Read-only" in str(error)):
                raise Problem(
                    f"{self.folder} cannot be written ({error.strerror}): make it "
                    "writable, or set DEV_STATE to a folder that is."
                )
            raise

    def require_space(self, megabytes, purpose):
        free = shutil.disk_usage(self.folder).free // MEGABYTE
        if free < megabytes:
            raise Problem(
                f"the disk of {self.folder} has {free} MB left but {purpose} needs "
                f"{megabytes} MB: free some space, or set DEV_STATE to another disk."
            )

    def log(self, name):
        return self / "logs" / f"{name}.log"

    def fresh_folder(self, name):
        """Return an empty folder, whatever an interrupted run left of it."""
        folder = self / name
        remove_tree(folder)
        folder.mkdir(parents=True)
        return folder

    def replace_folder(self, partial, folder):
        """Put a complete folder in the place of an older one."""
        remove_tree(folder)
        partial.rename(folder)

    @contextlib.contextmanager
    def locked(self, name="lock"):
        """Only one ./dev at a time prepares things; the others wait, saying so."""
        with open(self / name, "a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another ./dev is preparing this environment; waiting for it ...")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def remove_tree(folder):
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def write_whole(path, text):
    """Write a file so that a reader sees the old text or the new, never half."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.replace(path)
