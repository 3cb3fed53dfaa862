"""A draft is heard beside the others, reported, and decides nothing."""

from collections import Counter

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate.runner import run
from support.rulesets import load_text, problems_of

DRAFT = """\
labels: {{spam: {{kind: document}}, seen: {{kind: document}}, place: {{kind: span}}}}
rules:
  - {{id: sale, label: spam, when: '"sale"', confidence: 0.9}}
  - {{id: offer, label: spam, when: '"offer"', confidence: 0.95, status: {status}}}
  - {{id: town, label: place, when: '/town/', confidence: 0.95, status: {status}}}
  - {{id: asks, label: seen, when: 'label("spam")', confidence: 1}}
"""
NONE = "".join(line for line in DRAFT.splitlines(keepends=True) if "status" not in line)


def test_a_draft_decides_nothing(tmp_path):
    rules = load_text(tmp_path, DRAFT.format(status="draft"))

    assert dict(rules.annotate_one("an offer in town").decisions) == {}


def test_test_and_deprecated_rules_count(tmp_path):
    for status in ("test", "stable", "deprecated"):
        rules = load_text(tmp_path, DRAFT.format(status=status))

        assert dict(rules.annotate_one("an offer").decisions) == {"spam": "accepted", "seen": "accepted"}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["sale", "offer", "town", "x"]), min_size=1).map(" ".join))
def test_what_is_said_is_the_same_with_and_without_drafts(tmp_path_factory, text):
    with_drafts = load_text(tmp_path_factory.mktemp("with"), DRAFT.format(status="draft")).annotate_one(text)
    without = load_text(tmp_path_factory.mktemp("without"), NONE.format()).annotate_one(text)

    assert {**with_drafts.said, "plan": ""} == {**without.said, "plan": ""}


def test_a_run_counts_what_a_draft_would_have_said(tmp_path):
    rules = load_text(tmp_path, DRAFT.format(status="draft"))
    texts = ["an offer", "a sale offer", "nothing"]
    dump = tmp_path / "dump.jsonl"
    dump.write_bytes(b"".join(orjson.dumps({"text": text}) + b"\n" for text in texts))

    out = tmp_path / "out"
    run(rules, [str(dump)], out)
    counts = orjson.loads((out / "manifest.json").read_bytes())["body"]["counts"]

    assert rules.plan.rules[1].rule.status == "draft"
    assert counts["rules"]["offer"] == {
        "votes": 2, "records": 2, "overlaps": 1, "conflicts": 0, "scores": 1.9, "label": "spam", "status": "draft",
    }  # fmt: skip
    assert counts["rules"]["sale"] == {
        "votes": 1, "records": 1, "overlaps": 0, "conflicts": 0, "scores": 0.9, "label": "spam",
    }  # fmt: skip
    assert Counter(counts["labels"]["spam"]) == Counter({"accepted": 1, "no": 0, "uncertain": 0, "none": 2, "spans": 0})
    assert '<span class="draft"' in (out / "report.html").read_text()


def test_an_unknown_status_is_an_error(tmp_path):
    assert problems_of(tmp_path, DRAFT.format(status="beta")) == [("R013", 6), ("R013", 7)]
