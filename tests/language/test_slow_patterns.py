"""A pattern that backtracks without end sets its record aside, wherever it stands; the others are labelled."""

import json

import pytest

from rubricate.runner import Settings, run
from support.rulesets import load_text

HOSTILE = "a" * 5000 + "b"
RULES = """\
labels: {x: {kind: document}}
record: {text: [text], meta: {url: {type: text}}, DERIVE}
rules:
  - {id: one, label: x, when: 'WHEN', confidence: 0.9}
"""


@pytest.mark.parametrize(
    ("when", "derive"),
    [
        ("/(?:a|aa)+$/", ""),
        ("doc.url matches /^(?:a|aa)+$/", ""),
        ('"x" in shop', "derive: {shop: {from: text, pattern: '/(?:a|aa)+$/'}}"),
    ],
)
def test_the_record_is_quarantined_and_the_rest_labelled(tmp_path, when, derive):
    text = RULES.replace("WHEN", when).replace(", DERIVE", f", {derive}" if derive else "")
    rules = load_text(tmp_path, text)
    dump = tmp_path / "dump.jsonl"
    rows = [{"id": "slow", "text": HOSTILE, "url": HOSTILE}, {"id": "quick", "text": "x aab", "url": "aa"}]
    dump.write_text("".join(json.dumps(row) + "\n" for row in rows))

    summary, _ = run(rules, [str(dump)], tmp_path / "out", settings=Settings(workers=0))

    assert summary.counts["quarantined"] == {"regex_timeout": 1}
    assert summary.counts["read"] == 2
    incidents = [json.loads(path.read_text()) for path in (tmp_path / "out" / ".rubricate" / "incidents").iterdir()]
    assert [(list(told), told["0"][0]) for told in incidents] == [(["0"], "regex_timeout")]
