"""README.rst and the Apps page of each add-on, made from the fragments in its readme/.

    ./dev lint --fix            # writes both; ./dev lint says when they are old

The fragments are the OCA's: a Markdown file for each section. A picture's address is
that from the fragment's own folder, so that it shows wherever Markdown is read.
"""

import argparse
import ast
import re
import sys
from pathlib import Path

import markdown
from docutils.core import publish_doctree
from docutils.utils import SystemMessage
from lxml import html

SECTIONS = {
    "DESCRIPTION": "",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "HISTORY": "Changelog",
    "CONTRIBUTORS": "Contributors",
}
ORIGIN = "made from readme/ by ./dev lint --fix: change the fragments there"
EXTENSIONS = ["fenced_code", "sane_lists"]
#: Where the addresses of a fragment begin.
FROM_FRAGMENT = "../"
UNDERLINES = {"h1": "=", "h2": "-", "h3": "~"}
SPECIAL = re.compile(r"([\\*`|]|_(?=\W|$))")


class Unknown(ValueError):
    """A fragment uses Markdown that has no place in a README."""


def read_fragments(addon):
    """Return [(title, tree of its HTML)] of the fragments that there are."""
    found = []
    for name, title in SECTIONS.items():
        path = addon / "readme" / f"{name}.md"
        if path.is_file():
            text = markdown.markdown(path.read_text(), extensions=EXTENSIONS)
            found.append((title, html.fragment_fromstring(text, create_parent="div")))
    return found


def make_rst(name, fragments):
    """The text of README.rst."""
    parts = [f".. {ORIGIN}", f"{'=' * len(name)}\n{name}\n{'=' * len(name)}"]
    for title, tree in fragments:
        if title:
            parts.append(underlined(title, "h1"))
        parts += blocks(tree)
        if not title:
            parts += ["**Table of contents**", ".. contents::\n   :local:"]
    return "\n\n".join(parts) + "\n"


def underlined(title, tag):
    return f"{title}\n{UNDERLINES[tag] * len(title)}"


def blocks(tree):
    """The block elements of a tree as reStructuredText, one text each."""
    return [block(child) for child in tree]


def block(element):
    tag = element.tag
    if tag in UNDERLINES:
        return underlined(inline(element), tag)
    if tag == "p" and len(element) == 1 and element[0].tag == "img":
        picture = element[0]
        source = picture.get("src").removeprefix(FROM_FRAGMENT)
        return f".. image:: {source}\n   :alt: {picture.get('alt')}"
    if tag == "p":
        return inline(element)
    if tag == "pre":
        code = element.text_content().rstrip("\n")
        return "::\n\n" + indented(code, "    ", "    ")
    if tag in ("ul", "ol"):
        return "\n".join(
            item(entry, "- " if tag == "ul" else "#. ") for entry in element
        )
    raise Unknown(f"<{tag}>: {element.text_content()[:60]}")


def item(entry, sign):
    inner = blocks(entry) if len(entry) and entry[0].tag == "p" else [inline(entry)]
    return indented("\n\n".join(inner), sign, " " * len(sign))


def indented(text, first, rest):
    lines = text.splitlines()
    return "\n".join(
        (rest if n else first) + line if line else "" for n, line in enumerate(lines)
    )


def inline(element):
    """What stands in a paragraph, with its emphasis, code and links."""
    text = SPECIAL.sub(r"\\\1", (element.text or "").strip("\n"))
    for child in element:
        text += inline_child(child) + SPECIAL.sub(r"\\\1", child.tail or "")
    return "\n".join(line.strip() for line in text.strip().splitlines())


def inline_child(child):
    content = child.text_content()
    if len(child):
        raise Unknown(f"<{child.tag}> within <{child[0].tag}>: {content[:60]}")
    if child.tag == "em":
        return f"*{content}*"
    if child.tag == "strong":
        return f"**{content}**"
    if child.tag == "code":
        return f"``{content}``"
    if child.tag == "a":
        return f"`{content} <{child.get('href')}>`__"
    raise Unknown(f"<{child.tag}>: {content[:60]}")


def make_apps_page(name, fragments):
    """The text of static/description/index.html, what Apps shows of the add-on."""
    parts = [
        f"<!-- {ORIGIN} -->",
        '<section class="container my-5">',
        f"<h1>{name}</h1>",
    ]
    for title, tree in fragments:
        for picture in tree.iter("img"):
            source = picture.get("src").removeprefix(FROM_FRAGMENT + "static/")
            picture.set("src", FROM_FRAGMENT + source)
            picture.set("class", "img-fluid border my-3")
        if title:
            parts.append(f"<h2>{title}</h2>")
        for heading in list(tree.iter("h2")):
            heading.tag = "h3"
        parts += [html.tostring(child, encoding="unicode").strip() for child in tree]
    return "\n".join([*parts, "</section>"]) + "\n"


def make_files(addon):
    """Return {path: text} of what is made from an add-on's fragments."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    name = manifest["name"]
    rst = make_rst(name, read_fragments(addon))
    # a warning of docutils is a picture or a list that would not show
    publish_doctree(rst, settings_overrides={"halt_level": 2, "report_level": 5})
    page = addon / "static" / "description" / "index.html"
    return {
        addon / "README.rst": rst,
        page: make_apps_page(name, read_fragments(addon)),
    }


def find_stale(files):
    return [p for p, text in files.items() if not p.is_file() or p.read_text() != text]


def find_unsaid(addon):
    """A version that the history does not name is a release without a line."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    history = addon / "readme" / "HISTORY.md"
    if f"## {manifest['version']}\n" not in history.read_text():
        return [f"{history} has no line for version {manifest['version']}"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("addons", nargs="+", type=Path)
    parser.add_argument("--fix", action="store_true", help="write what is old")
    options = parser.parse_args()
    findings = []
    for addon in options.addons:
        findings += find_unsaid(addon)
        try:
            files = make_files(addon)
        except (Unknown, SystemMessage) as error:
            findings.append(f"{addon}/readme: {error}")
            continue
        for path in find_stale(files):
            if options.fix:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(files[path])
            else:
                findings.append(f"{path} is older than its fragments")
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
