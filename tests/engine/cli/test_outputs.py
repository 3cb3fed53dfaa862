"""Files named by `--out` of `schema` and `export`."""

from __future__ import annotations

from pathlib import Path

from support.command import call

RULESET = """\
ruleset: t
version: "1.0.0"
labels: [spam, ham]
rules:
  - {id: asks, label: spam, when: '"subscribe"', confidence: 0.95}
"""


def test_an_older_schema_is_written_over(tmp_path: Path) -> None:
    out = tmp_path / "ruleset.schema.json"

    assert call("schema", "--out", out).code == 0
    assert call("schema", "--out", out).code == 0


def test_a_schema_takes_the_place_of_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "ruleset.yaml"
    out.write_text(RULESET)

    assert call("schema", "--for", out, "--out", out, "--force").code == 2
    assert call("schema", "--out", out).code == 2
    assert out.read_text() == RULESET


def test_an_export_is_written_over_by_force_alone(tmp_path: Path) -> None:
    ruleset, dump, run, out = (tmp_path / name for name in ("ruleset.yaml", "dump.jsonl", "run", "train.jsonl"))
    ruleset.write_text(RULESET)
    dump.write_text('{"id": "1", "text": "subscribe"}\n')
    out.write_text("mine\n")
    assert call("run", ruleset, dump, "--out", run).code == 0

    assert (call("export", run, "--out", out).code, out.read_text()) == (2, "mine\n")
    assert call("export", run, "--out", out, "--force").code == 0
    assert out.read_text() != "mine\n"
