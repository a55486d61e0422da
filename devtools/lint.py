"""./dev lint: every linter over the add-on and the tools around it."""

import subprocess

from devtools.console import say, step


def run_linters(bench, fix=False):
    """Run all linters, show what they find; return 0 when they find nothing."""
    failed = [
        name
        for name, command in linters(bench, fix)
        if not passes(bench, name, command)
    ]
    if failed:
        say(f"dev: correct the findings of {', '.join(failed)} (./dev lint --fix).")
    return 1 if failed else 0


def linters(bench, fix):
    """Yield (name, command), those that rewrite files first."""
    tool = bench.python_env.bin
    addon = str(bench.addon.folder)
    yield "ruff check", [tool / "ruff", "check", *(["--fix"] if fix else []), "."]
    yield "ruff format", [tool / "ruff", "format", *([] if fix else ["--check"]), "."]
    for hook in ("oca-checks-odoo-module-fixit", "oca-checks-odoo-module"):
        yield hook, [tool / hook, *(["--fix"] if fix else []), addon]
    catalogues = sorted(map(str, bench.addon.folder.glob("i18n/*.po*")))
    if catalogues:
        yield "oca-checks-po", [tool / "oca-checks-po", *catalogues]
    yield "pylint-odoo", [tool / "pylint", "--rcfile=.pylintrc", addon]


def passes(bench, name, command):
    with step(f"Checking with {name}"):
        done = subprocess.run(
            [str(part) for part in command],
            cwd=bench.project.root,
            env=bench.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if done.returncode:
        say(done.stdout)
    return done.returncode == 0
