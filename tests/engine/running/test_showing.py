"""What units note for a report, beside what a pass over all rows finds."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from rubricate.annotator import load
from rubricate.errors import RunError
from rubricate.reporting.samples import draw_samples
from rubricate.runner import Settings, run
from rubricate.running.reading import read_run_records
from rubricate.running.showing import PER_LABEL, Showing, draw_place, kept_rows

RULESET = """\
ruleset: shown
version: "1"
labels: [spam, ham, link]
rules:
  - {id: a, label: spam, when: '"buy"', confidence: 0.95}
  - {id: b, label: ham, when: '"nice"', confidence: 0.7}
  - {id: c, label: link, when: '/https/', confidence: 0.93}
  - {id: d, label: spam, when: '"now"', confidence: 0.6}
prepare: [{use: dedupe}]
"""


def dump(path: Path) -> Path:
    """Records of every route."""
    words = ("buy", "nice", "https", "now", "song")
    rows = [
        {"id": f"r{number}", "text": " ".join(word for place, word in enumerate(words) if number >> place & 1)}
        | {"n": number, "é": "ß"}
        for number in range(96)
    ]
    lines = [orjson.dumps(row | {"text": f"{row['text']} {row['n'] % 80}"}) for row in rows]
    lines[7:7] = [b"no json", b'{"id": "blank", "text": " "}', b'{"id": 8}']
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def finished(folder: Path, **settings: object) -> Path:
    """A run over several units."""
    (folder / "ruleset.yaml").write_text(RULESET)
    out = folder / "out"
    run(
        load(folder / "ruleset.yaml"),
        [str(dump(folder / "dump.jsonl"))],
        out,
        settings=Settings(workers=0, unit_size=1500, **settings),  # type: ignore[arg-type]
    )
    return out


def test_what_units_noted_gives_the_samples_of_a_pass_over_all_rows(tmp_path: Path) -> None:
    out = finished(tmp_path)
    kept = kept_rows(out)
    labels = ["spam", "ham", "link"]

    noted = draw_samples(lambda _folder: iter(()), labels=labels, kept=kept)
    passed = draw_samples(lambda folder: read_run_records(out, (folder,), completed=False), labels=labels)

    assert len(kept) > 2
    assert noted == passed
    assert all(len(noted.labels[label]) == PER_LABEL for label in ("spam", "link"))
    assert noted.reasons
    assert set(noted.dropped) >= {"blank"}
    assert set(noted.quarantined) >= {"json", "no_text"}


def test_parts_that_were_noted_are_not_read_again(tmp_path: Path) -> None:
    out = finished(tmp_path)
    noted = [path for each in kept_rows(out) for path in each.paths.values()]

    assert [*read_run_records(out, ("records", "review"), completed=False, without=frozenset(noted))] == []


def test_notes_of_other_parts_than_those_published_count_for_nothing(tmp_path: Path) -> None:
    out = finished(tmp_path)
    first, *others = sorted((out / ".rubricate" / "receipts").glob("*.json"))
    said = orjson.loads(first.read_bytes())
    said["shows"]["parts"] = dict.fromkeys(said["shows"]["parts"], "0" * 64)
    first.write_bytes(orjson.dumps(said))

    assert len(kept_rows(out)) == len(others)


def test_a_part_that_has_gone_is_named(tmp_path: Path) -> None:
    out = finished(tmp_path)
    kept = kept_rows(out)
    for path in (out / "records").iterdir():
        path.unlink()

    with pytest.raises(RunError, match="is missing or damaged"):
        draw_samples(lambda _folder: iter(()), labels=["spam"], kept=kept)


def test_a_unit_keeps_the_rows_whose_ids_fall_first_and_where_they_begin() -> None:
    showing = Showing()
    ids = [f"r{number}" for number in range(40)]
    for id in ids:
        showing.record({"id": id, "route": "accepted", "annotations": [{"label": "spam", "threshold": 0.8}]}, 9)

    (kind, label, rows) = showing.as_json()["rows"][0]  # type: ignore[index]

    assert (kind, label) == ("label", "spam")
    assert rows == sorted((draw_place(id), 10 * number, 9) for number, id in enumerate(ids))[:PER_LABEL]
