"""The facade: load a ruleset, annotate records, without files or with them. The command line is a face of it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import orjson

from rubricate.errors import RecordError, RulesetError, UsageError
from rubricate.linting.silences import anchors_of, read_silences
from rubricate.loading.caching import load_cached
from rubricate.loading.loaded import Loaded
from rubricate.loading.source import Source
from rubricate.model.boxes import box_of
from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.model.places import value_at
from rubricate.model.problem import Problem
from rubricate.model.ruleset import Ruleset
from rubricate.planning.checking import check_meaning
from rubricate.planning.compiling import make_plan
from rubricate.planning.frame import Frame
from rubricate.planning.plan import Plan
from rubricate.plugins.discovering import build_registry
from rubricate.registry import Registry
from rubricate.reporting.annotated import Annotated, Annotation, Evidence, read_annotated
from rubricate.reporting.viewing import AS_WRITTEN, Texts, texts_of
from rubricate.running.cascade import Cascade
from rubricate.running.preparing import Preparer
from rubricate.running.reading import read_run
from rubricate.running.shaping import Shaper
from rubricate.versioning.calibrations import uncalibrated, with_calibration
from rubricate.versioning.learning import unfitted, unlearned
from rubricate.versioning.lock_problems import check_beside_lock

if TYPE_CHECKING:
    from rubricate.linting.fixing import Fixed

__all__ = ["Annotator", "CastVote", "LabelledRecord", "check", "examine", "fix", "load", "read_run"]

BATCH = 256
MOST_NAMES = 7
"""So many names stand in one message."""

OnRecords: TypeAlias = "Callable[[Ruleset], Iterable[Problem]]"
"""What records say about a ruleset that has no errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote:
    """A vote of a rule for a label, whether or not the label was accepted."""

    rule: str
    label: str
    score: float
    evidence: tuple[Evidence, ...]
    """In offsets of the original text."""


class LabelledRecord:
    """A record with its annotations; a notebook draws it."""

    __slots__ = ("_read", "record", "said", "shown", "votes")

    def __init__(
        self,
        record: Mapping[str, object],
        said: Mapping[str, object],
        votes: tuple[CastVote, ...],
        *,
        shown: Texts = AS_WRITTEN,
    ) -> None:
        self.record = record
        """The record as it was given."""
        self.said = said
        """What a run writes under its own key."""
        self.votes = votes
        """Every vote, in the order of the labels' declaration."""
        self.shown = shown
        """The texts as rules see them, which is what people are shown."""
        self._read: Annotated = read_annotated({**record, "rubricate": said})

    @property
    def id(self) -> str:
        """The record's id."""
        return self._read.id

    @property
    def route(self) -> str:
        """`accepted`, `review` or `undecided`."""
        return self._read.route

    @property
    def decisions(self) -> Mapping[str, str]:
        """Label -> accepted, no or uncertain; a label without a vote has no key."""
        return self._read.decisions

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """The labels that stand."""
        return self._read.annotations

    @property
    def suggestions(self) -> tuple[Annotation, ...]:
        """What the machine would say and does not decide."""
        return self._read.suggestions

    def text(self, annotation: Annotation) -> str:
        """The text that a span marks."""
        return self._read.text(annotation.field)[annotation.start : annotation.end]

    def to_dict(self) -> dict[str, object]:
        """The record as a run writes it."""
        return {**self.record, "rubricate": self.said}

    def _repr_html_(self) -> str:
        from rubricate.reporting.drawing import draw_html  # only notebooks draw

        return draw_html(self.to_dict(), shown=self.shown)

    def __repr__(self) -> str:
        labels = ", ".join(annotation.label for annotation in self.annotations) or "nothing"
        return f"<LabelledRecord {self.id}: {self.route}, {labels}>"


class Annotator:
    """A ruleset ready to label."""

    def __init__(self, ruleset: Ruleset, registry: Registry, *, problems: Iterable[Problem] = ()) -> None:
        self.ruleset = ruleset
        self.registry = registry
        self.problems = tuple(problems)
        """The warnings that loading gave."""
        self.plan: Plan = make_plan(ruleset, registry)
        self._preparer = Preparer(self.plan)
        self._cascade = Cascade(self.plan)
        self._shaper = Shaper(self.plan)
        self._is_calibrated = False

    def require_thresholds(self) -> None:
        """Raises UsageError where something is to be decided by a number that the lock does not have yet."""
        if not self._is_calibrated:
            self.require_numbers()
            missing = uncalibrated(self.plan)
            self._require(missing, "no threshold has been chosen yet for the target of", "GOLD")
        self._is_calibrated = True

    def require_numbers(self) -> None:
        """The same for what scores rest on: learned confidences, and combiners that are fitted."""
        self._require(unlearned(self.ruleset), "no confidence has been learned yet for", "GOLD --rules --pin")
        self._require(unfitted(self.plan), "no combiner has been fitted yet to the votes for", "--label-model DUMP")

    def _require(self, missing: list[str], message: str, way: str) -> None:
        if missing:
            file = self.ruleset.file
            raise UsageError(f"{file}: {message} {_listed(missing)}", help=f"run rubricate calibrate {file} {way}")

    def annotate(
        self,
        records: Iterable[str | Mapping[str, object]],
        *,
        batch: int = BATCH,
        images: str | Path | None = None,
    ) -> Iterator[LabelledRecord]:
        """Each record or text with its annotations, in order and lazily; the same whatever the batch size.

        `images` is the folder that paths of images lead on from; None: the current one.

        Raises UsageError for what is not several records; and RecordError, after the records before it, for one that
        has none of the text fields or something else than a text in one.
        """
        if isinstance(records, str | bytes | Mapping) or not isinstance(records, Iterable):
            raise UsageError("annotate takes several records: a list or any iterator of texts or objects",
                             help="call annotate_one for a single one")  # fmt: skip
        if batch < 1:
            raise UsageError(f"batch is {batch}, at least 1 is needed")
        self.require_thresholds()
        return self._annotate(iter(records), batch, None if images is None else Path(images))

    def _annotate(self, source: Iterator[object], batch: int, images: Path | None) -> Iterator[LabelledRecord]:
        number = 0
        while chunk := list(islice(source, batch)):
            documents: list[Document] = []
            refused: RecordError | None = None
            for place, item in enumerate(chunk, number):
                try:
                    documents.append(self._document(item, place, images))
                except RecordError as error:
                    refused = RecordError(error.reason, f"record {place + 1}: {error.detail}")
                    break
            number += len(chunk)
            for document, frame in zip(documents, self._cascade.run(documents), strict=True):
                yield self._labelled(dict(document.original), frame)
            if refused is not None:
                raise refused

    def annotate_one(self, record: str | Mapping[str, object], *, images: str | Path | None = None) -> LabelledRecord:
        """One record or text with its annotations; `images` is as for `annotate`."""
        self.require_thresholds()
        [frame] = self._cascade.run([self._document(record, 0, None if images is None else Path(images))])
        return self._labelled(dict(frame.document.original), frame)

    def _document(self, item: object, number: int, images: Path | None) -> Document:
        record = self._object(item)
        document = self._preparer.document(record, id=self._id(record, number), ordinal=number, images=images)
        for name, text in (("id", document.id), *document.clean.items()):
            _check_text(name, text)
        return document

    def _object(self, item: object) -> Mapping[str, object]:
        if isinstance(item, str):
            schema = self.ruleset.record
            return {schema.place(schema.text[0] if schema.text else "text"): item}
        if isinstance(item, Mapping):
            return item
        raise RecordError("type", "it is neither a text nor an object with text fields")

    def _id(self, item: Mapping[str, object], number: int) -> str:
        schema = self.ruleset.record
        found = value_at(item, schema.place(schema.id or "id"))
        return (
            str(found) if isinstance(found, str | int) and not isinstance(found, bool) and found != "" else str(number)
        )

    def _labelled(self, record: Mapping[str, object], frame: Frame) -> LabelledRecord:
        said = cast("dict[str, object]", orjson.loads(orjson.dumps(self._shaper.shape(frame).said)))
        return LabelledRecord(record, said, self._votes(frame), shown=texts_of(frame.document))

    def _votes(self, frame: Frame) -> tuple[CastVote, ...]:
        to_original, place = frame.document.to_original, self.ruleset.record.place
        return tuple(
            CastVote(
                rule=self.plan.rules[vote.rule].rule.id if vote.rule >= 0 else f"otherwise: {label}",
                label=label,
                score=vote.score,
                evidence=tuple(
                    Evidence(matcher=match[0], field=place(match[1]), start=start, end=end, box=box_at(frame, match))
                    for match in vote.evidence
                    for start, end in (to_original(match[1], match[2], match[3]),)
                ),
            )
            for label in self.ruleset.labels
            for vote in frame.votes.get(label, ())
        )


def _listed(names: list[str]) -> str:
    """Names in quotes, and how many more there are."""
    shown = ", ".join(f'"{name}"' for name in names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else f"{shown} and {len(names) - MOST_NAMES} more"


def box_at(frame: Frame, match: Match) -> tuple[int, int, int, int] | None:
    """Where a match stands on an image; None for one in a text."""
    picture = frame.document.pictures.get(match[1])
    return None if picture is None else box_of(match[2], match[3], picture.width)


def _check_text(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RecordError("surrogate", f'the field "{name}" holds half of a surrogate pair') from None


def check(
    path: str | Path, *, registry: Registry | None = None, on_records: OnRecords | None = None
) -> tuple[Ruleset | None, tuple[Problem, ...]]:
    """A ruleset, or None when it has errors, with every problem that was found in it.

    A warning that a comment of the ruleset silences is among them, with the reason in `silenced`. `on_records` gives
    the problems that only records show.
    """
    _refuse_absent(Path(path))
    registry = registry if registry is not None else build_registry()
    return examine(load_cached(Path(path), registry), registry, linted=True, on_records=on_records)


def examine(
    loaded: Loaded, registry: Registry, *, linted: bool, on_records: OnRecords | None = None
) -> tuple[Ruleset | None, tuple[Problem, ...]]:
    """What loading gave, with the problems of its conditions and, for those who edit it, those of the linter."""
    found = list(loaded.problems)
    if loaded.ruleset is not None:
        meaning = check_meaning(loaded.ruleset, registry)
        if loaded.has_errors:  # what was left out for its errors must not be called unused
            meaning = [each for each in meaning if each.is_error]
        found += meaning
    silences = read_silences(Source(path, text.removeprefix("\ufeff")) for path, text in loaded.sources.items())
    found += silences.problems
    usable = loaded.ruleset is not None and not any(each.is_error for each in found)
    if linted and loaded.ruleset is not None and not loaded.has_errors:
        from rubricate.linting.linter import lint  # nobody who labels records pays for it

        found += lint(loaded.ruleset, registry, sources=loaded.sources, sound=usable)
    if usable and loaded.ruleset is not None:
        beside = check_beside_lock(loaded.ruleset, registry, linted=linted)
        found += [each for each in beside if linted or each.is_error]
        usable = not any(each.is_error for each in beside)
    if usable and loaded.ruleset is not None and on_records is not None:
        found += on_records(loaded.ruleset)
    found = silences.apply(found, anchors_of(loaded.ruleset))
    if linted and usable:
        found += silences.apply(silences.unused(with_records=on_records is not None), {})
    if loaded.ruleset is None or not usable:
        return None, _sorted(found)
    return with_calibration(loaded.ruleset, registry), _sorted(found)


def fix(path: str | Path, *, registry: Registry | None = None) -> Fixed:
    """The files of a ruleset with every certain fix made in their texts; nothing is written."""
    from rubricate.linting.fixing import fix_texts  # only who edits a ruleset wants it, and the parsers behind it
    from rubricate.loading.rulesets import load_ruleset

    _refuse_absent(Path(path))
    registry = registry if registry is not None else build_registry()
    loaded = load_ruleset(Path(path), registry)
    texts = {name: text for name, text in loaded.sources.items() if not name.endswith(".gz")}

    def examine_texts(instead: Mapping[str, str]) -> tuple[Problem, ...]:
        return examine(load_ruleset(Path(path), registry, instead=instead), registry, linted=True)[1]

    return fix_texts(texts, examine_texts)


def _refuse_absent(path: Path) -> None:
    """Raise UsageError when there is no ruleset of this path: a file, or a folder with a ruleset.yaml in it."""
    if path.is_dir():
        if not (path / "ruleset.yaml").is_file():
            raise UsageError(f'{path}: the folder holds no "ruleset.yaml"', help="name the file of a ruleset")
    elif not path.exists():
        near = difflib.get_close_matches(path.name, _names(path.parent), n=1)
        help = f'did you mean "{path.with_name(near[0])}"?' if near else None
        raise UsageError(f'"{path}": no such file or folder', help=help)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(
        sorted(
            problems, key=lambda found: (found.location.path, found.location.line, found.location.column, found.code)
        )
    )


def load(path: str | Path, *, registry: Registry | None = None) -> Annotator:
    """A ruleset ready to label. Raises RulesetError with all problems when it has errors."""
    registry = registry if registry is not None else build_registry()
    _refuse_absent(Path(path))
    ruleset, problems = examine(load_cached(Path(path), registry), registry, linted=False)
    if ruleset is None:
        raise RulesetError(problems)
    return Annotator(ruleset, registry, problems=problems)
