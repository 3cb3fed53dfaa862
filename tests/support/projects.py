"""Small projects to run: a ruleset with a set, an independent label and a span label, and a dump that asks about each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from support.command import call

__all__ = ["GUIDELINE", "ROWS", "RULESET", "Project", "make_project", "manifest", "parts"]

GUIDELINE = """\
# Comments
## Spam {#s1}
A comment that wants something of the reader.
## Ham {#s2}
Any other comment.
## Rude {#s3}
It attacks somebody.
## Price {#s4}
An amount of money.
"""

RULESET = """\
ruleset: comments
version: "1.0.0"
guideline: {id: comment-guide, version: "3.1.0", file: guideline.md}
record: {text: [text]}
labels:
  kind: {one_of: [spam, ham]}
  rude: {cites: [s3]}
  price: {kind: span, cites: [s4]}
matchers:
  amount: {use: regex, pattern: '/[$]\\d+/'}
rules:
  - {id: asks, label: spam, cites: [s1], when: '"subscribe"', confidence: 0.95, hit: ["please subscribe"], miss: ["a song"]}
  - {id: link, label: spam, cites: [s1], when: '"www"', confidence: 0.6, hit: ["see www"], miss: ["a song"]}
  - {id: song, label: ham, cites: [s2], when: '"song"', confidence: 0.9, hit: ["a song"], miss: ["subscribe"]}
  - {id: insult, label: rude, cites: [s3], when: '"idiot"', confidence: 0.6, hit: ["idiot"], miss: ["a song"]}
  - {id: dollars, label: price, cites: [s4], when: amount, confidence: 0.6, hit: ["[[price:$5]] now"], miss: ["5 now"]}
"""

ROWS = (
    {"id": "c1", "text": "please subscribe"},
    {"id": "c2", "text": "see www for more"},
    {"id": "c3", "text": "what a song"},
    {"id": "c4", "text": "song by an idiot"},
    {"id": "c5", "text": "song for $5 or $7 a piece"},
    {"id": "c6", "text": "hello there"},
    {"id": "c7", "text": "what a song"},
    {"id": "c8", "text": "  "},
)
"""c2 and c6 leave the set open, c4 the independent label, c5 the span label."""


class Project:
    """A project in a folder, driven by the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ruleset = folder / "ruleset.yaml"
        self.dump = folder / "dump.jsonl"

    def write(
        self, rows: Sequence[Mapping[str, object]], *, ruleset: str = RULESET, guideline: str = GUIDELINE
    ) -> None:
        """The files; rows with a space after each colon, as others write them."""
        self.dump.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        self.ruleset.write_text(ruleset, encoding="utf-8")
        (self.folder / "guideline.md").write_text(guideline, encoding="utf-8")

    def run(self, name: str = "first", *options: object, dump: Path | None = None) -> Path:
        """Runs the ruleset over the dump; gives the output folder."""
        out = self.folder / "runs" / name
        called = call("run", self.ruleset, dump or self.dump, "--out", out, "--quiet", *options)
        assert (called.code, called.out, called.err) == (0, "", "")
        return out

    def answer(self, out: Path, keys: str, *, person: str = "ana") -> str:
        """Types keys into the queue of a run, one a line; gives what was shown."""
        called = call("review", out, "--terminal", "--person", person, stdin="\n".join(keys.split(";")) + "\n")
        assert (called.code, called.err) == (0, "")
        return called.out

    def said(self, out: Path, folder: str = "records") -> dict[str, dict[str, object]]:
        """Record id -> what the run says of it."""
        rows = [
            orjson.loads(line) for part in sorted((out / folder).iterdir()) for line in part.read_bytes().splitlines()
        ]
        return {row["rubricate"]["id"]: row["rubricate"] for row in rows}


def make_project(folder: Path, rows: Sequence[Mapping[str, object]] = ROWS) -> Project:
    """A project with people.db and the files above."""
    called = call("init", folder)
    assert called.code == 0, called.err
    project = Project(folder)
    project.write(rows)
    return project


def manifest(out: Path) -> dict[str, object]:
    """The manifest's document."""
    document = orjson.loads((out / "manifest.json").read_bytes())
    assert isinstance(document, dict)
    return document


def parts(out: Path) -> dict[str, bytes]:
    """Every part by its path."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for folder in ("records", "review", "quarantine", "dropped")
        for path in sorted((out / folder).iterdir())
    }
