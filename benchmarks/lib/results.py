"""Sections of RESULTS.md: each benchmark rewrites its own and no other."""

import json
import os
import platform
import re
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "RESULTS.md"


def write_section(name, text, path=RESULTS):
    """Put `text` between the marks of section `name`, at the end when it is new.

    What stands outside the marks is written by hand and stays.
    """
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    section = f"{start}\n{text.strip()}\n{end}"
    old = path.read_text(encoding="utf-8") if path.exists() else "# Figures\n"
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
    new, count = pattern.subn(lambda _match: section, old, count=1)
    if not count:
        new = f"{old.rstrip()}\n\n{section}\n"
    path.write_text(new, encoding="utf-8")


def write_json(name, data, folder=RESULTS.parent):
    """Keep the figures behind a section, for whoever wants to compare runs."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def table(header, rows):
    """Return a Markdown table; every column but the first is right-aligned."""
    lines = [list(header), ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def machine(env):
    """Say in one line where and with what the figures were measured."""
    import odoo.release

    env.cr.execute("SELECT version(), current_setting('fsync')")
    version, fsync = env.cr.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{date.today()}: {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{version.split(' (')[0].split(' on ')[0]} with fsync={fsync}, "
        f"Python {platform.python_version()}, Odoo {odoo.release.version}."
    )
