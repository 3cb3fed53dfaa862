"""The report page."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from rubricate.reporting.page import build_report, write_report
from support.runs import fake_run

VOID = {"meta", "input", "br"}


@pytest.fixture(scope="module")
def run():
    return fake_run(size=400)


@pytest.fixture(scope="module")
def page(run):
    return build_report(run.manifest, run.records, run.ruleset, run.seconds)


class Tree(HTMLParser):
    """Checks that elements are closed in order; keeps ids, links and the attributes of all elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self._note(tag, attrs)

    def handle_startendtag(self, tag, attrs):
        self._note(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def _note(self, tag, attrs):
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name == "href"]


@pytest.fixture(scope="module")
def tree(page):
    tree = Tree()
    tree.feed(page)
    tree.close()
    return tree


def test_elements_are_closed_in_order(tree):
    assert tree.open == []


def test_ids_are_unique(tree):
    assert len(tree.ids) == len(set(tree.ids))


def test_every_link_leads_to_a_place_on_the_page(tree):
    assert {link.removeprefix("#") for link in tree.links} <= set(tree.ids)


def test_nothing_is_loaded_from_anywhere(tree, page):
    assert [
        entry for entry in tree.attributes if entry[1] in ("src", "srcset", "action", "style") or entry[1][:2] == "on"
    ] == []
    assert not re.search(r"@import|url\(", page)


def test_the_policy_allows_exactly_our_style_and_script(tree, page):
    (policy,) = (value for _, name, value in tree.attributes if name == "content" and "default-src" in value)
    style, script = (re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1] for tag in ("style", "script"))

    assert policy == (
        f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'; base-uri 'none'; form-action 'none'"
    )


def digest(text):
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def test_the_same_run_gives_the_same_page(run, page):
    assert build_report(run.manifest, run.records, run.ruleset, run.seconds) == page


def test_a_run_without_its_ruleset_is_shown(run):
    page = build_report(run.manifest, run.records, None, {})

    assert "youtube-spam" in page
    assert 'id="guideline"' not in page


def test_a_run_over_nothing_is_shown():
    empty = {"body": {"counts": {}}, "annex": {}}

    page = build_report(empty, lambda folder: iter(()), None, {})

    assert "0 of 0 records (-) are decided." in page


def test_rules_that_never_voted_are_listed(page):
    assert "13 of 14 rules voted at least once; 1 never did." in page


def test_a_threshold_of_a_label_is_drawn(page):
    assert "accept 0.92" in page


def test_a_partial_run_says_so(run):
    body = {**run.manifest["body"], "partial": {"sample": 400, "seed": 3}}

    page = build_report({**run.manifest, "body": body}, run.records, run.ruleset, {})

    assert "<b>Partial run</b>: a sample of 400 records, seed 3 only." in page


def test_counts_that_do_not_add_up_are_an_alarm(run):
    counts = {**run.counts, "read": 1_000}

    page = build_report({**run.manifest, "body": {**run.manifest["body"], "counts": counts}}, run.records, None, {})

    assert "The counts do not add up: 1,000 came in, 403 are accounted for." in page


def test_the_page_does_not_grow_with_the_run():
    small, large = (
        len(build_report(r.manifest, r.records, r.ruleset, {})) for r in (fake_run(size=400), fake_run(size=3000))
    )

    assert large < small * 1.2


def test_a_report_is_written_to_a_file_or_into_a_folder(run, tmp_path, page):
    in_folder = write_report(run.manifest, run.records, run.ruleset, tmp_path, run.seconds)
    as_file = write_report(run.manifest, run.records, run.ruleset, tmp_path / "other.html", run.seconds)

    assert (in_folder, as_file) == (tmp_path / "report.html", tmp_path / "other.html")
    assert {path.read_text(encoding="utf-8") for path in (in_folder, as_file)} == {page}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.html", "report.html"]
