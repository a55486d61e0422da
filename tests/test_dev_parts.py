"""Parts of ./dev that a whole run cannot show cheaply."""

import os
import socket
import subprocess
import sys
import textwrap

import pytest

from benchmarks.peers import Contest, parse
from devtools import debian, demo_server, suite
from devtools.console import Problem
from devtools.glue import find_glue
from devtools.oca import OcaAddons
from devtools.processes import explain
from devtools.project import Addon
from devtools.state import State


class Interrupted(Exception):
    """Stands for the run being killed."""


@pytest.fixture
def made_up_template(dev):
    """Return the name of a template that no add-on has, dropped afterwards."""
    name = dev.templates.temporary_name()
    yield name
    for left in (name, f"{name}_new"):
        dev.templates.databases.drop(left)


def test_a_template_appears_only_when_it_is_complete(dev, made_up_template):
    databases = dev.templates.databases

    def build(interrupt):
        with dev.templates._built_aside(made_up_template) as partial:
            databases.create(partial)
            databases.filestore(partial).mkdir(parents=True)
            if interrupt:
                raise Interrupted

    with pytest.raises(Interrupted):
        build(interrupt=True)
    assert not databases.exists(made_up_template)
    build(interrupt=False)
    assert databases.exists(made_up_template)
    assert databases.filestore(made_up_template).is_dir()
    assert not databases.filestore(f"{made_up_template}_new").exists()


def test_a_copy_has_the_files_of_its_source(dev, make_db):
    source = make_db(installed=False)
    databases = dev.templates.databases
    (databases.filestore(source) / "aa").mkdir(parents=True, exist_ok=True)
    (databases.filestore(source) / "aa" / "file").write_text("content")
    with dev.templates.temporary(source) as copy:
        assert (databases.filestore(copy) / "aa" / "file").read_text() == "content"
    assert not databases.exists(copy)
    assert not databases.filestore(copy).exists()


def test_databases_of_killed_runs_are_dropped(dev):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    name = dev.templates.temporary_name().replace(f"_{os.getpid()}_", f"_{ended.pid}_")
    dev.templates.databases.create(name)
    dev.templates.drop_abandoned()
    assert not dev.templates.databases.exists(name)


def test_addon_hash_follows_what_an_update_would_load(tmp_path):
    addon = Addon(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "view.xml").write_text("<odoo/>")
    first = addon.content_hash()
    (tmp_path / "tests" / "test_x.py").write_text("x = 1")
    assert addon.content_hash() == first
    (tmp_path / "view.xml").write_text("<odoo></odoo>")
    assert addon.content_hash() != first


@pytest.mark.parametrize(
    "file, text",
    [
        (
            "sources.list.d/debian.sources",
            """\
            Types: deb
            URIs: http://mirror.example/debian-security
            Suites: bookworm-security
            Components: main

            Types: deb
            # a comment
            URIs: http://mirror.example/debian/
            Suites: bookworm
            Components: main contrib
            Signed-By: /usr/share/k.gpg
            """,
        ),
        (
            "sources.list",
            """\
            deb http://mirror.example/debian-security bookworm-security main
            deb [signed-by=/usr/share/k.gpg] http://mirror.example/debian/ x main
            """,
        ),
    ],
)
def test_the_mirror_comes_from_the_sources_of_apt(tmp_path, monkeypatch, file, text):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(textwrap.dedent(text))
    monkeypatch.setattr(debian, "APT_SOURCES", tmp_path)
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    mirror = debian.debian_mirror()
    assert mirror == ("http://mirror.example/debian/", "/usr/share/k.gpg")


def test_no_debian_mirror_asks_for_a_source(tmp_path, monkeypatch):
    monkeypatch.setattr(debian, "APT_SOURCES", tmp_path)
    with pytest.raises(Problem, match="ODOO_SOURCE"):
        debian.debian_mirror()


def test_packages_are_named_to_users_who_may_not_install_them(tmp_path, monkeypatch):
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(Problem, match="administrator to 'apt-get install chromium'"):
        debian.install(["chromium"], "Chromium", tmp_path / "log")


def test_a_taken_port_is_said_aloud(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert demo_server.choose_port(port) > port
    assert f"Port {port} is taken" in capsys.readouterr().err


def test_an_unknown_failure_shows_the_end_of_its_log(tmp_path):
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))
    sentence = explain("it failed", log)
    assert sentence.startswith(f"it failed (log: {log})")
    assert "line 99" in sentence
    assert "line 80" not in sentence


def test_glue_add_ons_are_those_beside_and_named_after_the_add_on(tmp_path):
    for name in ("main", "main_glue", "other_glue"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__manifest__.py").write_text("{}")
    (tmp_path / "main_notes").mkdir()
    assert find_glue(Addon(tmp_path / "main")) == [tmp_path / "main_glue"]


@pytest.mark.parametrize(
    "given, own, of_glue, options",
    [
        ([], [], [], []),
        (["-x", "main/t.py"], ["main/t.py"], [], ["-x"]),
        (["glue/t.py::Test::test_x"], [], ["glue/t.py::Test::test_x"], []),
        (["glue", "main", "-q"], ["main"], ["glue"], ["-q"]),
        (["-k", "main", "-n", "0"], [], [], ["-k", "main", "-n", "0"]),
    ],
)
def test_paths_choose_the_parts_of_the_suite(tmp_path, given, own, of_glue, options):
    for name in ("main", "glue"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "t.py").touch()
    found = suite.split_arguments(tmp_path, [tmp_path / "glue"], given)
    assert found == (own, of_glue, options)


@pytest.mark.parametrize(
    "statuses, status",
    [
        ([0, 0], 0),
        ([0, 1], 1),
        ([2, 0], 2),
        ([5, 0], 0),
        ([1, 5], 1),
        ([5, 5], 5),
    ],
)
def test_the_suite_fails_when_a_part_of_it_does(statuses, status):
    assert suite.total(statuses) == status


RULE = """
import pytest

def test_runs():
    pass

@pytest.mark.skipif({skip}, reason="cannot run here")
def test_may_not_run():
    pass
"""


@pytest.mark.parametrize(
    "skip, workers, status", [(True, 0, 1), (True, 1, 1), (False, 0, 0)]
)
def test_a_skipped_test_fails_the_run(dev, tmp_path, skip, workers, status):
    (tmp_path / "conftest.py").write_text((dev.root / "conftest.py").read_text())
    (tmp_path / "test_rule.py").write_text(RULE.format(skip=skip))
    done = dev.run(
        *(sys.executable, "-m", "pytest", "-p", "xdist", "-n", workers),
        *("-p", "no:cacheprovider", tmp_path),
        cwd=tmp_path,
        env={**dev.env, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    assert done.returncode == status, done.stdout
    assert ("fails the run" in done.stdout) == skip


def test_addons_of_the_oca_appear_only_when_they_are_complete(dev, tmp_path):
    state = State(tmp_path / "state")
    state.open()
    oca, requirements = OcaAddons(state), tmp_path / "requirements-oca.txt"
    requirements.write_text("odoo-addon-that-nobody-made==19.0.1.0.0")
    with pytest.raises(Problem, match="requirements-oca.txt could not be installed"):
        oca.ensure(dev.bench.python_env.python, requirements)
    assert oca.addons_path == []
    requirements.write_text("odoo-addon-report-xlsx-helper==19.0.1.0.0.2")
    oca.ensure(dev.bench.python_env.python, requirements)
    (folder,) = oca.addons_path
    assert (folder / "report_xlsx_helper" / "__manifest__.py").is_file()


def test_ledger_too_large_for_the_disk_is_refused_before_it_is_begun(dev):
    options = parse(["--database", "nowhere", "--items", "1000000000000"])
    with pytest.raises(Problem, match="the ledger and its copies needs"):
        Contest(dev.bench, "nowhere", options).set_up()
