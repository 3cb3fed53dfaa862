"""A ruleset with a matcher of `llm` and a dump, run against a scripted server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.chat_server import ChatServer
from support.command import Called, call

__all__ = ["Asking"]


@dataclass(slots=True)
class Asking:
    """A folder in which a server is asked."""

    folder: Path
    server: ChatServer

    @property
    def ruleset(self) -> Path:
        """The ruleset's file."""
        return self.folder / "ruleset.yaml"

    def declare(
        self,
        *,
        use: str = "llm.classify",
        labels: object = ("spam", "ham"),
        more: str = "",
        **options: object,
    ) -> Path:
        """Writes the ruleset; `more` stands at its end."""
        named: object = {name: name for name in labels} if isinstance(labels, tuple | list | dict) else {}
        given = {"use": use, "model": "scripted", "confidence": 0.9, "base_url": self.server.url, "retries": 1,
                 "labels": named, **options}  # fmt: skip
        declared = json.dumps(labels)
        text = f'ruleset: asking\nversion: "1.0.0"\nlabels: {declared}\nmatchers:\n  judge: {json.dumps(given)}\n{more}'
        self.ruleset.write_text(text, encoding="utf-8")
        return self.ruleset

    def dump(self, texts: Sequence[str]) -> Path:
        """Writes a record for each text, with the ids 0, 1, ..."""
        path = self.folder / "dump.jsonl"
        rows = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts)]
        path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        return path

    def run(self, *options: object, name: str = "out") -> Called:
        """`rubricate run` with what was written."""
        return call("run", self.ruleset, self.folder / "dump.jsonl", "--out", self.folder / name, *options)

    def said(self, name: str = "out") -> dict[str, Mapping[str, Any]]:
        """Id, or `line N` in quarantine -> what was said of the record."""
        found: dict[str, Mapping[str, Any]] = {}
        for path in sorted((self.folder / name).glob("*/part-*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                found[str(row.get("id", f"line {row['rubricate'].get('line')}"))] = row["rubricate"]
        return found

    def labels(self, name: str = "out") -> dict[str, list[str]]:
        """Id -> the labels that stand."""
        return {id: [each["label"] for each in said.get("annotations", ()) if each["decision"] == "accepted"]
                for id, said in self.said(name).items()}  # fmt: skip

    def manifest(self, name: str = "out") -> Mapping[str, Any]:
        """The manifest."""
        found: Mapping[str, Any] = json.loads((self.folder / name / "manifest.json").read_bytes())
        return found

    def counted(self, name: str = "out") -> Mapping[str, int]:
        """What the matcher counted."""
        counted: Mapping[str, int] = self.manifest(name)["annex"]["usage"][0]["counted"]
        return counted
