"""Every fenced block of the guide does what its page says."""

import re
import sys
import types
from pathlib import Path

import pytest

from support.models import needs
from support.snippets import Story, read_blocks, tell_page

ROOT = Path(__file__).parents[2]
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
WRITTEN = [ROOT / "README.md", *GUIDE, *DECISIONS]
NEEDS = re.compile(r"\A<!-- needs: (.+) -->$", re.MULTILINE)
"""What a page begins with whose snippets need packages that only some people install."""
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def prose(page):
    """The lines of a page outside its fenced blocks."""
    lines, fenced = [], False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            lines.append(line)
    return lines


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.stem)
def test_the_snippets_of_the_guide_run(page, tmp_path, update_golden):
    asked = NEEDS.search(page.read_text(encoding="utf-8"))
    if asked is not None:
        needs(*asked[1].split())

    assert tell_page(page, tmp_path, update=update_golden) == ""


def test_a_package_of_a_page_is_not_mistaken_for_another_of_its_name(tmp_path, monkeypatch):
    other = types.ModuleType("rubricate_shouting")
    monkeypatch.setitem(sys.modules, "rubricate_shouting", other)
    story = Story(tmp_path)

    story.tell(read_blocks((ROOT / "docs" / "guide" / "plugin-in-ten-minutes.md").read_text(encoding="utf-8")))

    assert story.differences == []
    assert sys.modules["rubricate_shouting"] is other


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.stem)
def test_a_line_holds_one_sentence(page):
    sentences = [re.sub(r"`[^`]*`", "x", line) for line in prose(page) if not line.startswith("|")]

    assert [line for line in sentences if re.search(r"\w[.!?] +[A-Z`*]", line)] == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.stem)
def test_links_lead_to_files(page):
    links = LINK.findall(re.sub(r"`[^`]*`", "", "\n".join(prose(page))))

    assert [link for link in links if not (page.parent / link).exists()] == []
