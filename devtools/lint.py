"""./dev lint: every linter over the add-ons and the tools around them."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

from devtools import rooms
from devtools.console import say, step
from devtools.glue import find_glue


def run_linters(bench, fix=False):
    """Run all linters, show what they find; return 0 when they find nothing."""
    # those that rewrite files must not meet in one
    with step("Checking the code"), ThreadPoolExecutor(1 if fix else 2) as pool:
        jobs = list(linters(bench, fix))
        findings = list(pool.map(lambda job: find(bench, job[1]), jobs))
    say(f"Who names whom, a row for each room:\n{rooms.draw(bench.addon.folder)}")
    findings.append("\n".join(rooms.find_downward(bench.addon.folder)))
    jobs.append(("rooms", None))
    failed = [name for (name, _), found in zip(jobs, findings, strict=True) if found]
    for (name, _), found in zip(jobs, findings, strict=True):
        if found:
            say(f"--- {name}\n{found}")
    if failed:
        say(f"dev: correct the findings of {', '.join(failed)} (./dev lint --fix).")
    return 1 if failed else 0


def linters(bench, fix):
    """Yield (name, command), the slowest first unless they rewrite files."""
    tool = bench.python_env.bin
    addons = [bench.addon.folder, *find_glue(bench.addon)]
    pylint = ("pylint-odoo", [tool / "pylint", "--rcfile=.pylintrc", *addons])
    if not fix:
        yield pylint
    for hook in ("oca-checks-odoo-module-fixit", "oca-checks-odoo-module"):
        yield hook, [tool / hook, *(["--fix"] if fix else []), *addons]
    readme = [bench.python_env.python, "-m", "devtools.readme"]
    yield "readme", [*readme, *(["--fix"] if fix else []), *addons]
    guide = [bench.python_env.python, "-m", "devtools.guide"]
    yield "guide", [*guide, *(["--fix"] if fix else [])]
    catalogues = sorted(path for addon in addons for path in addon.glob("i18n/*.po*"))
    if catalogues:
        yield "oca-checks-po", [tool / "oca-checks-po", *catalogues]
    yield "ruff check", [tool / "ruff", "check", *(["--fix"] if fix else []), "."]
    yield "ruff format", [tool / "ruff", "format", *([] if fix else ["--check"]), "."]
    if fix:
        yield pylint


def find(bench, command):
    """Return what a linter prints when it has findings, else an empty string."""
    env = bench.environ()
    # pylint would follow every import into Odoo, for the same findings
    del env["PYTHONPATH"]
    done = subprocess.run(
        [str(part) for part in command],
        cwd=bench.project.root,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout or "failed without a word" if done.returncode else ""
