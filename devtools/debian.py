"""What comes from Debian: packages to install, packages to unpack."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from devtools.console import Problem, step
from devtools.processes import CommandFailed, run_logged
from devtools.state import write_whole

APT_SOURCES = Path("/etc/apt")
INSTALL = ["apt-get", "install", "-y", "--no-install-recommends"]


def install(packages, purpose, log):
    """Install Debian packages, or name them when that is not for us to do."""
    wanted = " ".join(packages)
    if not shutil.which("apt-get"):
        raise Problem(f"{purpose} is missing: install it (Debian's {wanted}).")
    if os.geteuid() != 0:
        raise Problem(
            f"{purpose} is missing: ask an administrator to 'apt-get install {wanted}'."
        )
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    failure = f"{purpose} could not be installed (apt-get install {wanted})"
    with step(f"Installing {purpose}"):
        try:
            run_logged([*INSTALL, *packages], log, failure, env=env)
        except CommandFailed:
            # lists that are missing or outdated name files that are gone
            run_logged(["apt-get", "update"], log, failure, env=env)
            run_logged([*INSTALL, *packages], log, failure, env=env)


def unpack(packages, suite, folder, workspace, log):
    """Unpack packages of another suite into `folder`, without installing any.

    Uses apt with lists and sources of its own: the system's are not touched,
    and no rights are needed.
    """
    failure = "Odoo 19.0 could not be downloaded"
    source = workspace / "suite.sources"
    lists = workspace / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    write_whole(source, suite_source(suite))
    apt = [
        "apt-get",
        *("-o", f"Dir::State::Lists={lists}"),
        *("-o", f"Dir::Cache={workspace}"),
        *("-o", f"Dir::Etc::SourceList={source}"),
        *("-o", "Dir::Etc::SourceParts=/dev/null"),
        *("-o", "APT::Sandbox::User=root"),
        *("-o", "APT::Update::Error-Mode=any"),
        *("-o", "Debug::NoLocking=1"),
    ]
    run_logged([*apt, "update"], log, failure)
    run_logged([*apt, "download", *packages], log, failure, cwd=workspace)
    for package in sorted(workspace.glob("*.deb")):
        run_logged(["dpkg", "-x", package, folder], log, f"{package.name} is damaged")


def suite_source(suite):
    """Return an apt source for `suite` on the Debian mirror this machine uses."""
    uri, signed_by = debian_mirror()
    lines = ["Types: deb", f"URIs: {uri}", f"Suites: {suite}", "Components: main"]
    return "\n".join(lines + ([f"Signed-By: {signed_by}"] if signed_by else [])) + "\n"


def debian_mirror():
    """Return (URI, keyring or None) of the main Debian archive in apt's sources."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise Problem(
            "Odoo 19.0 can only be downloaded on Debian: set ODOO_SOURCE to a folder "
            "with the source of Odoo 19.0 and run ./dev again."
        )
    for stanza in deb822_stanzas():
        uris = stanza.get("uris", "").split()
        if "main" in stanza.get("components", "").split() and is_debian(uris):
            return uris[0], stanza.get("signed-by")
    for options, uri in one_line_sources():
        if is_debian([uri]):
            keyring = re.search(r"signed-by=([^\s\]]+)", options or "")
            return uri, keyring and keyring.group(1)
    raise Problem(
        "apt on this machine has no Debian mirror among its sources: set ODOO_SOURCE "
        "to a folder with the source of Odoo 19.0 and run ./dev again."
    )


def is_debian(uris):
    """The main archive ends in /debian whatever the mirror; security does not."""
    return any(uri.rstrip("/").endswith("/debian") for uri in uris)


def deb822_stanzas():
    for path in sorted(APT_SOURCES.glob("sources.list.d/*.sources")):
        for block in re.split(r"\n\s*\n", path.read_text()):
            lines = [line for line in block.splitlines() if not line.startswith("#")]
            fields = re.findall(r"^([\w-]+):\s*(\S.*)$", "\n".join(lines), re.M)
            yield {name.lower(): value.strip() for name, value in fields}


def one_line_sources():
    for path in [
        APT_SOURCES / "sources.list",
        *APT_SOURCES.glob("sources.list.d/*.list"),
    ]:
        if path.is_file():
            pattern = r"^deb\s+(\[[^\]]*\]\s+)?(\S+)\s+\S+\s.*\bmain\b"
            yield from re.findall(pattern, path.read_text(), re.M)


def has_libraries(program):
    """Tell whether a binary finds every shared library it was linked with."""
    listing = subprocess.run(["ldd", program], capture_output=True, text=True)
    return listing.returncode == 0 and "not found" not in listing.stdout
