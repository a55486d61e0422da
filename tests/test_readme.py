"""README.rst and the Apps page are what the fragments say; ./dev lint sees to it."""

import re
import shutil
import sys
from urllib.parse import urljoin

import pytest
from lxml import html

from devtools.glue import find_glue

MARKDOWN_PICTURE = re.compile(r"!\[[^]]+\]\(([^)]+)\)")


@pytest.fixture
def addon(dev, tmp_path):
    """A copy of a small add-on, to be spoilt."""
    source = find_glue(dev.bench.addon)[0]
    return shutil.copytree(source, tmp_path / source.name)


def check(dev, *arguments):
    return dev.run(sys.executable, "-m", "devtools.readme", *arguments)


def test_all_add_ons_have_a_readme_as_their_fragments_say(dev):
    done = check(dev, dev.addon, *find_glue(dev.bench.addon))
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_a_changed_fragment_is_a_finding_until_both_are_made_anew(dev, addon):
    fragment = addon / "readme" / "DESCRIPTION.md"
    fragment.write_text(f"{fragment.read_text()}\nOf `res.partner` *and* **more**.\n")
    done = check(dev, addon)
    assert done.returncode == 1
    assert f"{addon / 'README.rst'} is older than its fragments" in done.stdout
    assert "index.html is older than its fragments" in done.stdout
    assert check(dev, "--fix", addon).returncode == 0
    assert "Of ``res.partner`` *and* **more**." in (addon / "README.rst").read_text()
    assert check(dev, addon).returncode == 0


@pytest.mark.parametrize(
    "text, reason", [("> quoted", "<blockquote>"), ("**a *b***", "<strong> within")]
)
def test_markdown_that_a_readme_cannot_show_is_named(dev, addon, text, reason):
    (addon / "readme" / "DESCRIPTION.md").write_text(text)
    done = check(dev, addon)
    assert done.returncode == 1
    assert reason in done.stdout
    assert "Traceback" not in done.stderr


def test_a_version_without_a_line_in_the_history_is_a_finding(dev, addon):
    manifest = addon / "__manifest__.py"
    manifest.write_text(manifest.read_text().replace("19.0.1.0.0", "19.0.1.0.7"))
    done = check(dev, addon)
    assert done.returncode == 1
    assert "no line for version 19.0.1.0.7" in done.stdout


def test_the_pictures_of_the_repository_s_readme_are_there(dev):
    found = MARKDOWN_PICTURE.findall((dev.root / "README.md").read_text())
    assert found
    assert [path for path in found if not (dev.root / path).is_file()] == []


def test_the_pictures_of_the_apps_page_are_inside_the_add_on(dev):
    page = dev.addon / "static" / "description" / "index.html"
    sources = html.fromstring(page.read_text()).xpath("//img/@src")
    assert sources
    here = "/static/description/index.html"
    paths = [dev.addon / urljoin(here, source)[1:] for source in sources]
    assert [path for path in paths if not path.is_file()] == []


def test_the_licence_is_in_full(dev):
    text = (dev.root / "LICENSE").read_text()
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "6. Revised Versions of the GNU Lesser General Public License" in text
    assert "END OF TERMS AND CONDITIONS" in (dev.root / "COPYING").read_text()
