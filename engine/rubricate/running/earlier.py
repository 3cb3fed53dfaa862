"""An earlier run: units that say the same there are copied from it, byte for byte; of others it has the votes.

A unit is known again by what its rows follow from: the bytes of its slice, the plan, the options of the run and the
lists of what it must drop or rename. Where the slice stands in its dump, and how the dump is called, matters only to
rows of the quarantine, which name the place.

Where only the rules are others, the votes that were kept of a unit hold for each rule that means what it meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import cast

import orjson

from rubricate.errors import UsageError
from rubricate.model.descriptors import Slice, SourceReader
from rubricate.planning.residual import Residual
from rubricate.planning.voting import Voting, VotingHeader
from rubricate.running.contracts import Input, RunPlan
from rubricate.running.merging import UnitLists
from rubricate.running.publishing import Manifest, read_manifest
from rubricate.running.units import put_part
from rubricate.running.work import Work
from rubricate.storage.failpoints import reach
from rubricate.storage.incidents import add_incident, load_incidents
from rubricate.storage.layout import MANIFEST, receipts_folder
from rubricate.storage.ledger import Unit
from rubricate.storage.objects import digest_value, sync_descriptor, temp_path
from rubricate.storage.parts import FinishedPart
from rubricate.storage.receipts import Part, Receipt, read_receipt, store_receipt
from rubricate.storage.votes import copy_votes, read_votes_header, votes_file

__all__ = ["EarlierRun", "open_earlier", "origin_of"]

_BLOCK = 1 << 20
_PACKED = frozenset({".gz", ".zst", ".zstd"})


class EarlierRun:
    """A finished run whose units may be taken over."""

    def __init__(
        self,
        out: Path,
        *,
        answers: Mapping[str, Mapping[str, object]] | None = None,
        output_key: str = "rubricate",
        votes: bool = True,
    ) -> None:
        """Raises UsageError when there is no finished run in `out`.

        `answers` are those that the new run uses; `votes`: whether it keeps votes.
        """
        found = read_manifest(out)
        if found is None:
            raise UsageError(
                f"{out}: holds no finished run to go on from", help=f"name a folder with a {MANIFEST}, or finish it"
            )
        self.out = out
        self.manifest: Manifest = found
        """As it stood when the new run began."""
        self.anew: tuple[int, int] | None = None
        """How many rules, of how many, have no votes here; None where its rules are these, or it kept none."""
        self._answers = answers or {}
        self._key = output_key
        self._keeps_votes = votes
        self._by: Mapping[tuple[str, str], Sequence[str]] | None = None

    @cached_property
    def header(self) -> Mapping[str, object]:
        """What its votes are to be read with; empty where it kept none."""
        keys = (key for (what, _), found in self._receipts().items() if what == "input" for key in found)
        path = next((path for key in keys if (path := votes_file(self.out, key)).is_file()), None)
        return {} if path is None else read_votes_header(path)

    def residual(self, plan: RunPlan, voting: Voting) -> Residual | None:
        """What its votes leave to do for a plan of other rules; None where they do not hold."""
        if self.manifest.body["plan"] == plan.digest or list(self.why_nothing(plan)):
            return None
        known = VotingHeader.read(self.header, str(self.header.get("reading")))
        return None if known is None else Residual(voting, known)

    @property
    def sources(self) -> Sequence[Mapping[str, object]]:
        """What it read."""
        return cast("Sequence[Mapping[str, object]]", self.manifest.body["sources"])

    def why_nothing(self, plan: RunPlan) -> Iterator[str]:
        """Why nothing of it can be taken over by a run of this plan, a clause for each reason."""
        body = self.manifest.body
        header = self.header if body["plan"] != plan.digest else None
        if header is not None and not header:
            yield "was made with rules that mean something else, and kept no votes"
        elif header and header.get("prepared") != plan.reading:
            yield "was made with rules that read records otherwise"
        if digest_value(body["options"]) != digest_value(dict(plan.options)):
            yield "was made with other options"

    def take(self, out: Path, unit: Unit, key: str, origin: Mapping[str, str], *, run: str) -> Receipt | None:
        """Copies a unit that is known here into `out`, parts, incidents and receipt; None when there is none.

        Every byte is read and compared with its digest on the way. What is damaged here counts as unknown.
        """
        for name in self._names("content", origin):
            receipt = read_receipt(self.out, name)
            if receipt is None or not self._fits(receipt, origin):
                continue
            parts = self._copy(out, unit, receipt, run=run)
            if parts is None:
                continue
            for position, incident in load_incidents(self.out, name).items():
                add_incident(out, key, position, incident)
            if self._keeps_votes:
                copy_votes(self.out, name, out, key, run=run)
            reach("after_parts")
            known = {**origin, "from": self.manifest.digest}
            spared = Work.read(receipt.work).spared.as_json
            taken = replace(receipt, unit=unit.ordinal, key=key, parts=parts, origin=known, work=spared)
            store_receipt(out, taken, run=run)
            reach("after_receipt")
            return taken
        return None

    def votes_of(self, origin: Mapping[str, str]) -> Path | None:
        """The votes that were cast on the records of a unit, by whatever rules; None where none are kept."""
        paths = (votes_file(self.out, name) for name in self._names("input", origin))
        return next((path for path in paths if path.is_file()), None)

    def _names(self, what: str, origin: Mapping[str, str]) -> Sequence[str]:
        return self._receipts().get((what, origin[what]), ())

    def _receipts(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """(`content`, digest) -> the keys of published units that have it; (`input`, digest) -> of any units."""
        if self._by is None:
            self._by = self._index()
        return self._by

    def _index(self) -> dict[tuple[str, str], list[str]]:
        named = {part["path"]: part["sha256"] for part in cast("list[Mapping[str, str]]", self.manifest.body["parts"])}
        found: dict[tuple[str, str], list[str]] = {}
        for path in sorted(receipts_folder(self.out).glob("*.json")):
            receipt = read_receipt(self.out, path.stem)
            if receipt is None:
                continue
            if "input" in receipt.origin:
                found.setdefault(("input", receipt.origin["input"]), []).append(receipt.key)
            if "content" in receipt.origin and all(named.get(part.path) == part.sha256 for part in receipt.parts):
                found.setdefault(("content", receipt.origin["content"]), []).append(receipt.key)
        return found

    def _fits(self, receipt: Receipt, origin: Mapping[str, str]) -> bool:
        if "q" in receipt.routes and receipt.origin.get("place") != origin["place"]:
            return False
        if "r" not in receipt.routes and "s" not in receipt.routes:
            return True
        try:
            return all(self._says_the_same(line) for line in self._asked(receipt))
        except (FileNotFoundError, orjson.JSONDecodeError, KeyError, TypeError):
            return False

    def _asked(self, receipt: Receipt) -> Iterator[bytes]:
        """The rows on which people's answers may bear."""
        for part in receipt.parts:
            if part.folder == "review" or (part.folder == "records" and "s" in receipt.routes):
                with (self.out / part.path).open("rb") as file:
                    yield from file

    def _says_the_same(self, line: bytes) -> bool:
        """Whether a row would say the same with the answers that there are now."""
        said = orjson.loads(line)[self._key]
        if any(question["id"] in self._answers for question in said.get("questions", ())):
            return False
        return all(_is_in_force(answer, self._answers) for answer in said.get("answers", ()))

    def _copy(self, out: Path, unit: Unit, receipt: Receipt, *, run: str) -> tuple[Part, ...] | None:
        copies: list[tuple[str, FinishedPart]] = []
        try:
            for part in receipt.parts:
                copy = _copy_part(self.out / part.path, part, out / part.folder, run=run)
                if copy is None:
                    return None
                copies.append((part.folder, copy))
            return tuple(put_part(out, folder, unit, copy, run=run) for folder, copy in copies)
        finally:
            for _, copy in copies:
                copy.temp.unlink(missing_ok=True)


def open_earlier(
    earlier: Path,
    out: Path,
    plan: RunPlan,
    *,
    answers: Mapping[str, Mapping[str, object]],
    output_key: str,
    votes: bool = True,
) -> EarlierRun:
    """The run that a run in `out` goes on from.

    Raises UsageError when there is none, when it is the run in `out` itself, or one of a ruleset with another name.
    """
    if out.exists() and earlier.exists() and out.samefile(earlier):
        raise UsageError(f"{out}: is the folder of the earlier run itself", help="choose a new --out")
    found = EarlierRun(earlier, answers=answers, output_key=output_key, votes=votes)
    before = cast("Mapping[str, object]", found.manifest.body["ruleset"]).get("name")
    if before != plan.ruleset.get("name"):
        raise UsageError(
            f'{earlier}: is a run of the ruleset "{before}", not of "{plan.ruleset.get("name")}"',
            help="name a run of this ruleset, or leave --after out",
        )
    return found


def origin_of(
    plan: RunPlan, source: Input, reader: SourceReader, unit: Unit, part: Slice, lists: UnitLists
) -> dict[str, str]:
    """By what a unit is known again.

    `content`: what its rows follow from but for its place; `place`: that, too; `input`: what the votes of each rule on
    its records follow from, beside the rule.
    """
    drops, suffixes = lists.digests
    given = {
        "options": dict(plan.options),
        "format": [type(reader).__module__, type(reader).__qualname__, _endings(source.name), *(source.code or ())],
        "slice": _digest_slice(part),
        "chosen": unit.chosen,
        "drops": drops,
        "suffixes": suffixes,
    }
    content = digest_value({"plan": plan.digest, **given})
    return {
        "content": content,
        "place": digest_value([content, source.name, part.offset, part.first]),
        "input": digest_value({"reading": plan.reading, **given}),
    }


def _digest_slice(part: Slice) -> str:
    digest = hashlib.sha256(b"%d %d " % (len(part.head), len(part.data)))
    digest.update(part.head)
    digest.update(part.data)
    for fault in part.faults:
        digest.update(repr((fault.reason, fault.detail, fault.length, fault.sample)).encode())
    return digest.hexdigest()


def _endings(name: str) -> str:
    """What a reader may go by in a name: the ending, with the one before it for a packed file.

    >>> _endings("2024.05.01.tsv"), _endings("a.b.tsv.gz")
    ('.tsv', '.tsv.gz')
    """
    endings = PurePath(name.lower()).suffixes
    return "".join(endings[-2:] if endings and endings[-1] in _PACKED else endings[-1:])


def _is_in_force(answer: Mapping[str, object], answers: Mapping[str, Mapping[str, object]]) -> bool:
    """Whether an answer that stands in a row is still the answer to its question."""
    now = answers.get(cast("str", answer["question"]))
    return now is not None and all(now.get(name) == said for name, said in answer.items() if name != "question")


def _copy_part(path: Path, part: Part, folder: Path, *, run: str) -> FinishedPart | None:
    """A synced copy of a part under a temporary name; None when it is not what its receipt says.

    A copy and no link: a file that two runs share would be spoilt for both.
    """
    temp = temp_path(folder, run=run)
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source, temp.open("xb") as target:
            while block := source.read(_BLOCK):
                digest.update(block)
                target.write(block)
            target.flush()
            sync_descriptor(target.fileno())
    except FileNotFoundError:
        temp.unlink(missing_ok=True)
        return None
    except BaseException:
        temp.unlink(missing_ok=True)
        raise
    if digest.hexdigest() != part.sha256:
        temp.unlink(missing_ok=True)
        return None
    return FinishedPart(temp=temp, sha256=part.sha256, rows=part.rows)
