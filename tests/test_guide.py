"""The user guide has no dead link, no picture for nobody, and is what is served."""

import shutil
import sys

import pytest

#: Places that the guide copies: what it is built from, and what it is compared with.
PARTS = ("docs", "mkdocs.yml", "devtools", "README.md", "account_admin/static/guide")
LARGEST = 3_000_000


@pytest.fixture
def copy(dev, tmp_path):
    """A checkout's part that the guide is built from, to be spoilt."""
    for part in PARTS:
        source, target = dev.root / part, tmp_path / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copyfile(source, target)
    return tmp_path


def check(dev, *arguments, root=None):
    where = ("--root", root) if root else ()
    return dev.run(sys.executable, "-m", "devtools.guide", *where, *arguments)


def append(page, text):
    page.write_text(f"{page.read_text()}\n{text}\n")


def test_the_guide_is_built_without_a_warning_and_is_what_is_served(dev):
    done = check(dev)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "text, reason",
    [
        ("[gone](gone.md)", "gone.md"),
        ("[gone](day.md#gone)", "#gone"),
        ("![gone](images/gone.png)", "images/gone.png"),
    ],
)
def test_a_dead_link_or_picture_is_named(dev, copy, text, reason):
    append(copy / "docs" / "install.md", text)
    done = check(dev, root=copy)
    assert done.returncode == 1
    assert reason in done.stdout


def test_a_page_that_no_menu_names_is_a_finding(dev, copy):
    (copy / "docs" / "lost.md").write_text("# Lost\n")
    done = check(dev, root=copy)
    assert done.returncode == 1
    assert "lost.md" in done.stdout


def test_a_picture_that_nobody_sees_is_a_finding(dev, copy):
    images = copy / "account_admin" / "static" / "guide" / "images"
    shutil.copyfile(images / "case.png", images / "unseen.png")
    done = check(dev, root=copy)
    assert done.returncode == 1
    assert "unseen.png" in done.stdout


def test_a_changed_page_is_a_finding_until_it_is_served(dev, copy):
    append(copy / "docs" / "day.md", "More of it.")
    done = check(dev, root=copy)
    assert done.returncode == 1
    assert "older than docs/: day.html" in done.stdout
    assert check(dev, "--fix", root=copy).returncode == 0
    served = copy / "account_admin" / "static" / "guide" / "day.html"
    assert "More of it." in served.read_text()
    assert check(dev, root=copy).returncode == 0


def test_the_guide_is_small_enough_to_go_with_the_add_on(dev):
    files = (dev.addon / "static" / "guide").rglob("*")
    assert sum(path.stat().st_size for path in files if path.is_file()) < LARGEST
