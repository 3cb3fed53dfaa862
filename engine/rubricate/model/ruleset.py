"""A ruleset as its author declared it: names resolved, types checked, every part with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from rubricate.model.location import Location
from rubricate.model.table import Table

__all__ = [
    "DEFAULT_TEXTS",
    "Budget",
    "Conflicts",
    "Context",
    "Decide",
    "DerivedField",
    "Example",
    "Expression",
    "FinalTest",
    "Guideline",
    "Label",
    "LabelSet",
    "LabelWords",
    "Let",
    "MatcherSpec",
    "MetaField",
    "Otherwise",
    "RecordSchema",
    "Retrain",
    "Rule",
    "Ruleset",
    "Section",
    "SpanMark",
    "Stage",
    "Step",
    "Target",
    "empty",
]

DEFAULT_TEXTS = ("title", "text", "body")
"""Text fields that are read where a ruleset names none, as far as a record has them."""


def empty() -> Mapping[str, object]:
    """An empty read-only mapping."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A condition or value as written, with its tree and the place of each of its characters."""

    text: str
    tree: object
    """A node of `rubricate.language.tree`; an `object` here because the model knows no language."""
    location: Location = field(compare=False)
    """Where the first character stands."""
    places: tuple[tuple[int, Location], ...] = field(default=(), compare=False, repr=False)
    """Offset in `text` -> its place, wherever a run of characters begins that stand side by side in the file:
    at the first character, after a line break, after an escape. Empty: all stand side by side."""

    def locate(self, start: int, end: int | None = None) -> Location:
        """The place in the file of the characters [start, end) of `text`, as far as they are on one line."""
        first = self._place(start)
        last = self._place(max(start, (start + 1 if end is None else end) - 1))
        if last.line != first.line:
            breaks = [offset for offset, place in self.places if offset > start and place.line != first.line]
            last = self._place(max(start, breaks[0] - 1)) if breaks else first
        return Location(first.path, first.line, first.column, max(1, last.column - first.column + 1))

    def _place(self, offset: int) -> Location:
        run, first = 0, self.location
        for begin, place in self.places:
            if begin > offset:
                break
            run, first = begin, place
        return Location(first.path, first.line, first.column + offset - run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a guideline: what people and rules cite."""

    id: str
    title: str
    text: str
    """Its own text, without the sections below it."""
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guideline:
    """What people annotate with, in the version that the ruleset is bound to."""

    id: str
    version: str
    file: str | None
    sections: Mapping[str, Section] = field(default_factory=dict)
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaField:
    """A declared metadata field."""

    name: str
    type: Literal["text", "number", "enum", "date", "list", "boolean"]
    values: tuple[str, ...] = ()
    """The members of an enum."""
    required: bool = False
    missing: tuple[object, ...] = ()
    """These values mean: not given."""
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedField:
    """A field cut out of a text field: a place to look in, and a value to ask as `doc.NAME`."""

    name: str
    source: str
    """The text field that it is cut out of."""
    pattern: str
    """A regex with its flags, `/pattern/flags`; its group `it`, else all of its first match, is the field."""
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSchema:
    """How a record is read."""

    id: str | None = None
    text: tuple[str, ...] | None = None
    """Text fields in reading order; None: those of title, text, body that the record has."""
    image: tuple[str, ...] = field(default=(), metadata={"later": True})
    """Image fields."""
    meta: Mapping[str, MetaField] = field(default_factory=dict)
    derive: Mapping[str, DerivedField] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict, metadata={"later": True})
    """Field, as rules call it -> where it stands in a record; one that is not named here stands under its name."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The text fields in reading order, those of a record that names none included."""
        return DEFAULT_TEXTS if self.text is None else self.text

    def place(self, name: str) -> str:
        """Where a field stands in a record."""
        return self.fields.get(name, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One preparation step: a transform with its options."""

    use: str
    options: Mapping[str, object] = field(default_factory=empty)
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label that rules vote for and people answer."""

    name: str
    kind: Literal["document", "span", "box"]
    cites: tuple[str, ...] = ()
    set: str | None = None
    """The set that it is a member of, or None: an independent label."""
    description: str | None = None
    implies: tuple[str, ...] = ()
    """Labels of records that hold whenever this one does."""
    excludes: tuple[str, ...] = ()
    """Labels of records that cannot hold beside this one."""
    negatives: tuple[Example, ...] = field(default=(), compare=False)
    """Records on which no rule may vote for it."""
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSet:
    """Labels of which exactly one holds."""

    name: str
    members: tuple[str, ...]
    cites: tuple[str, ...] = ()
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelWords:
    """What a ruleset says to people about a label, for matchers that are told it."""

    name: str
    kind: Literal["document", "span", "box"]
    set: str | None = None
    """The set that it is a member of, or None: an independent label."""
    description: str | None = None
    sections: tuple[Section, ...] = ()
    """Those that the label, its set, or the class that is mapped to it cites, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatcherSpec:
    """A declared matcher, or a string or regex written in place; what a plugin compiles."""

    name: str
    """The declared name; `"buy now"` or `/regex/flags` for one written in place."""
    kind: str
    """The plugin's name for what it does: `dictionary`, `regex`, `spacy.lemma`."""
    options: Mapping[str, object] = field(default_factory=empty)
    """The options of its kind, without those below, checked against the kind's JSON Schema."""
    table: Table | None = None
    """What `of:` names."""
    take: Literal["all", "first", "longest"] = "all"
    check: str | None = None
    """A registered check that the text of each match must pass."""
    exceptions: Table | None = None
    """What `except:` names: matches whose folded text is one of its terms do not count."""
    fields: tuple[str, ...] | None = None
    """Only in these fields; None: every text field."""
    fold: bool = False
    """For a regex: look at the folded text."""
    words: Mapping[str, LabelWords] = field(default_factory=dict, metadata={"later": True})
    """Class of `labels:` -> what is said of its label; only for kinds that ask for it."""
    asides: Mapping[str, object] = field(default_factory=empty, compare=False)
    """Options of its kind that change no answer, such as how many questions are asked at once."""
    location: Location = field(compare=False)

    @property
    def folder(self) -> Path:
        """The folder of the file that declares it, from which its paths lead on."""
        return Path(self.location.path).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Let:
    """A name for an expression."""

    name: str
    expression: Expression
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Scopes that a cue opens: negation, hypothesis, somebody else."""

    name: str
    cue: Expression
    direction: Literal["before", "after"]
    """Where the cue stands: before the scope, which runs on from it, or after it."""
    number: int | None
    """How far a scope reaches, in `unit`; None for the sentence or paragraph of the cue."""
    unit: Literal["words", "chars", "sentences", "sentence", "paragraph"]
    stop: Expression | None = None
    """A scope ends where one of these matches begins (or, running back, ends)."""
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A promise in place of a threshold: the number that keeps it is chosen from gold and stands in the lock."""

    precision: float
    """The least share of the accepted records that are to be right."""
    confidence: float = 0.95
    """How sure it must be that the promise is kept."""

    def __str__(self) -> str:
        return f"precision {self.precision:g} at {100 * self.confidence:g} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """How a label or set is decided; None: not said here, look further out."""

    combine: str | None = None
    accept: float | Target | None = None
    low: float | None = None
    margin: float | None = None
    if_none: Literal["review", "no"] | None = None
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the cascade."""

    name: str
    runs: tuple[str, ...] = ()
    """Kinds of matchers, or names of matchers."""
    when: Expression | None = None
    accept: float | Target | None = None
    decide: Mapping[str, Decide] = field(default_factory=dict)
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """How spans that overlap are settled."""

    same_label_overlap: Literal["longest", "highest_score", "keep_all"] = "longest"
    overlap: Literal["longest", "highest_score", "keep_all"] = "longest"
    nest: tuple[tuple[str, str], ...] = ()
    """(outer, inner): a span of the inner label may lie inside one of the outer label."""


@dataclass(frozen=True, slots=True)
class SpanMark:
    """An expected span of an example; offsets in the example's text without its marks."""

    label: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A record beside a rule, or in the negatives of a label, with what the rule must say of it."""

    expect: Literal["hit", "miss", "uncertain", "todo_hit", "todo_miss"]
    """`uncertain`: it votes, below what its label is accepted at. The todo forms name what it does not do yet."""
    fields: Mapping[str, object]
    spans: tuple[SpanMark, ...] = ()
    because: str | None = None
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalTest:
    """A record with the decisions that it must end with."""

    fields: Mapping[str, object]
    spans: tuple[SpanMark, ...] = ()
    expect: Mapping[str, str] = field(default_factory=dict)
    """Label -> accepted, no, uncertain or none; a set -> uncertain or none. A label given alone means accepted."""
    route: str | None = None
    """Where the record must go: accepted, review or undecided."""
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One declared rule, with what its groups add already merged in."""

    id: str
    title: str | None = None
    label: str | None = None
    """None when `label_from` says it for each match."""
    label_from: Expression | None = None
    cites: tuple[str, ...] = ()
    when: Expression
    only: tuple[Expression, ...] = ()
    """The `only` of its groups, outermost first; and-ed to `when`."""
    emit: Expression | None = None
    value: Expression | None = None
    confidence: Expression
    examples: tuple[Example, ...] = ()
    group: str | None = None
    status: Literal["draft", "test", "stable", "deprecated"] = "stable"
    """The votes of a draft are reported and decide nothing."""
    priority: int = 0
    """Between labels that exclude each other the one with the vote of the highest priority stands."""
    supersedes: tuple[str, ...] = ()
    """Ids of former rules that this one stands for."""
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """The vote for a set on which no other vote fell."""

    label: str
    confidence: float
    cites: tuple[str, ...] = ()
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a run may spend on services; None: no limit."""

    records: int | None = None
    """Questions that are asked: one for each record, or field of a record, and matcher."""
    tokens: int | None = None
    money: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrain:
    """When the models of a ruleset are to be trained again; None: not for this reason."""

    after_answers: int | None = None
    """So many answers of people that a model has not learned from."""
    or_accuracy_below: float | None = None
    """The share of those answers that what the machine suggested must agree with."""
    location: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """A whole ruleset, checked."""

    name: str
    version: str
    title: str | None = None
    file: Path = field(compare=False)
    include: tuple[str, ...] = field(default=(), compare=False)
    """Files of the same folder whose parts are among those below, as written."""
    guideline: Guideline | None = None
    record: RecordSchema = field(default_factory=RecordSchema)
    prepare: tuple[Step, ...] = ()
    fold: tuple[str, ...] = ("nfkc", "casefold", "quotes", "spaces")
    conjunctions: tuple[str, ...] | None = None
    """Words before which a clause ends; None: the English ones."""
    segment: Mapping[str, str] = field(default_factory=dict)
    """`words` or `sentences` -> the matcher whose matches they are; a unit without one is that of Unicode."""
    labels: Mapping[str, Label]
    sets: Mapping[str, LabelSet] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    matchers: Mapping[str, MatcherSpec] = field(default_factory=dict)
    """Declared ones and those written in place, by name."""
    lets: Mapping[str, Let] = field(default_factory=dict)
    contexts: Mapping[str, Context] = field(default_factory=dict)
    cascade: tuple[Stage, ...] = ()
    """Empty: one stage per cost class."""
    review: bool = True
    """False for `review: none`: open records are undecided."""
    accept: float | Target = 0.85
    decide: Mapping[str, Decide] = field(default_factory=dict)
    """By label, set, or wildcard such as `product.*`."""
    conflicts: Conflicts = field(default_factory=Conflicts)
    rules: Sequence[Rule] = ()
    otherwise: tuple[Otherwise, ...] = ()
    tests: tuple[FinalTest, ...] = ()
    budget: Budget | None = field(default=None, compare=False)
    """What a run may spend; no part of what the ruleset means."""
    retrain: Retrain | None = field(default=None, compare=False)
    """When `rubricate status` says that a model is to be trained again; no part of what the ruleset means."""
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Stage -> label -> the number that keeps its target, from the lock; a ruleset as its file says it has none."""
    fitted: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Set -> the numbers that its combiner was fitted with, by name, from the lock."""
