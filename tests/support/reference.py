"""Rulesets, conditions and records for holding the engine against the reference, and what both say in one form."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from rubricate import reference
from rubricate.annotator import Annotator
from rubricate.language.printing import to_text
from rubricate.language.tree import (
    And,
    Arithmetic,
    AtLeast,
    Call,
    Choice,
    Column,
    Compare,
    Distance,
    Doc,
    Exists,
    InContext,
    InPlace,
    It,
    ListOf,
    Name,
    Node,
    Not,
    Number,
    Or,
    Place,
    Quantified,
    Regex,
    Relation,
    String,
    Where,
    Wildcard,
)
from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.planning.frame import Decision, Vote
from rubricate.running.cascade import Cascade
from rubricate.running.preparing import Preparer
from rubricate.running.shaping import Shaper
from support.rulesets import load_text

__all__ = [
    "DECLARED", "FILES", "PATTERNS", "STAGE_ONE", "STRINGS", "load", "quoted", "records", "said_by_engine", "said_by_reference", "sets_of_matches", "texts",
    "truths",
]  # fmt: skip

WORDS = (
    "hot", "HOT", "hot plate", "plate", "hand", "not", "Not", "but", "never", "zip", "12", "3ab", "Straße", "STRASSE",
    "İstanbul", "ﬁre", "fire", "“hot”", "hot’s", "cafe\u0301", "café", "😀", "👩‍👩‍👧", "hot😀", "anch", "late", "gone",
)  # fmt: skip
MARKS = (
    " ",
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "? ",
    ".",
    ",",
    "?",
    "\n",
    "\n\n",
    "",
    "  ",
    " - ",
    "; ",
    "\u00a0",
    "\u0301",
    "(",
    ") ",
)

HARD = (
    "Ϊ\u0301", "\u0390", "ι\u0308\u0301", "İ", "i\u0307", "ﬁ", "FI", "STRASSE", "straße", "C++", "c", "कि", "का",
    "ς", "Σ", "Å", "A\u030a", "\u212b", "ŉ", "ǰ\u0323", "j\u030c\u0323", "e\u0301\u0323", "hot-plate", "Hot Plate!",
    "\u0345", "\u03b9", "ᾳ", "α\u0345", "\u00ad", "\u200d", "Ⅷ", "ⅷ", "각", "\u1100\u1161\u11a8",
)  # fmt: skip
"""Texts that are alike, or nearly so, when they are folded."""

FILES = {
    "things.csv": "term,weight,kind\nhot,2,heat\nHot,3,taste\nhot plate,1.5,tool\nplate,,tool\nfire,4,heat\n",
    "routes.csv": "term,label,sure\nhot,alpha,0.9\nhot plate,mark,0.6\nhot,beta,0.5\nplate,calm,0.95\nfire,part,\nnot,angry,0.86\n",
}

DECLARED = """\
record:
  text: [title, body]
  meta: {price: {type: number}, kind: {type: text}, go: {type: text}, tags: {type: list}, sure: {type: boolean}}
  derive: {tail: {from: body, pattern: '/hot (?<it>.+)/'}, shout: {from: title, pattern: '/[A-Z]\\w*/'}}
dictionaries:
  things: {file: things.csv, types: {weight: number}}
  routes: {file: routes.csv, types: {sure: number}}
matchers:
  thing: {use: dictionary, of: things}
  thing_long: {use: dictionary, of: things, take: longest}
  thing_first: {use: dictionary, of: things, take: first}
  heat: {use: dictionary, terms: [hot, fire, strasse], fields: [body]}
  h_word: {use: regex, pattern: '/h\\w*/i'}
  folded: {use: regex, pattern: '/s+|i|fire/', fold: true}
  number: {use: regex, pattern: '/(?<n>\\d)(?<unit>[a-z])?/'}
  late: {use: dictionary, terms: [late, hot]}
  late_cue: {use: dictionary, terms: [not, late]}
  ending: {use: regex, pattern: '/hot|plate|12/i'}
  route: {use: dictionary, of: routes}
contexts:
  negated: {cue: '"not" or "never"', window: 3 words, stop: 'clause or "but"'}
  asked: {cue: '/[?]/', direction: after, window: same sentence, stop: '"but"'}
  behind: {cue: 'thing', direction: after, window: 2 words}
  close: {cue: '"hot"', window: 6 chars, stop: '/[,?]/'}
  hinted: {cue: 'h_word', direction: after, window: same paragraph, stop: 'plates or clause'}
  wide: {cue: '"not"', window: 1 sentences}
  backward: {cue: '"zip"', direction: after, window: 7 chars}
  lately: {cue: 'late_cue', window: 2 words}
  stopped: {cue: '"not"', window: 4 words, stop: 'late'}
  partly: {cue: 'late_cue or "never"', window: 3 words, stop: '"but"'}
  both: {cue: 'late_cue or h_word', direction: after, window: same sentence, stop: 'late or clause'}
let:
  plates: '"plate" or "hot plate"'
  hot_plate: '"hot" near plates within 1 words'
  amount: 'count(thing)'
"""
"""What all conditions may name; `late` and `late_cue` can stand in a stage that does not run, `ending` behind it."""
STAGE_ONE = "[thing, thing_long, thing_first, heat, h_word, folded, number, route, dictionary, regex]"


def load(yaml: str, files: Mapping[str, str] = FILES) -> Annotator:
    """The ruleset with these keys, ready to label."""
    with tempfile.TemporaryDirectory() as folder:
        return load_text(Path(folder), yaml, **files)


def quoted(node: Node) -> str:
    """An expression as a YAML value."""
    return "'" + to_text(node).replace("'", "''") + "'"


# -- records -----------------------------------------------------------------------------------------------


def texts(*, max_size: int = 9) -> st.SearchStrategy[str]:
    """Few words, so that they meet: at one place, side by side, across sentences, folded and not."""
    parts = st.tuples(st.sampled_from(WORDS), st.sampled_from(MARKS)).map("".join)
    return st.lists(parts, max_size=max_size).map("".join)


@cache
def records() -> st.SearchStrategy[dict[str, object]]:
    """Records of two fields, with metadata that may be missing."""
    optional: dict[str, st.SearchStrategy[object]] = {
        "title": texts(max_size=5) | st.lists(st.sampled_from(HARD), max_size=2).map("".join),
        "price": st.sampled_from([0, 1, 2.5]),
        "kind": st.sampled_from(["heat", "tool", "Hot", ""]) | st.sampled_from(HARD),
        "go": st.sampled_from(["on", "off", "off"]),
        "tags": st.sampled_from([["heat"], [], ["heat", "tool"]]),
        "sure": st.booleans(),
    }
    return st.fixed_dictionaries({"body": texts()}, optional=optional)


# -- conditions --------------------------------------------------------------------------------------------

NAMES = (
    "thing", "thing", "thing_long", "thing_first", "heat", "h_word", "folded", "number", "plates", "hot_plate", "late",
    "late", "late_cue",
)  # fmt: skip
STRINGS = (
    "hot",
    "plate",
    "hot plate",
    "not",
    "strasse",
    "istanbul",
    "fire",
    "cafe\u0301",
    "\u201chot\u201d",
    "zip",
    "\U0001f600",
)
PATTERNS = (("h", ""), ("[.,?]", ""), ("hot|plate", "i"), (r"\bn\w+", ""), (r"\s+", ""), (r"[\w ]+", ""), ("e.", "s"))
CONTEXTS = ("negated", "asked", "behind", "close", "hinted", "wide", "backward", "lately", "stopped", "partly", "both")


def _atoms() -> st.SearchStrategy[Node]:
    return st.one_of(
        st.sampled_from(NAMES).map(Name),
        st.sampled_from(STRINGS).map(String),
        st.sampled_from(PATTERNS).map(lambda pattern: Regex(*pattern)),
        st.sampled_from(("words", "sentences", "clause", "lines")).map(Name),
    )


@cache
def _distances() -> st.SearchStrategy[Distance]:
    counted = st.builds(Distance, st.integers(0, 3), st.sampled_from(("words", "chars", "sentences")))
    return counted | st.builds(Distance, st.none(), st.sampled_from(("sentence", "paragraph")))


@cache
def _places() -> st.SearchStrategy[Place]:
    fields = st.sampled_from(
        (("title",), ("body",), ("title", "body"), ("tail",), ("shout", "body"), ("tail", "title"))
    )
    units = st.sampled_from(("words", "chars", "sentences", "lines"))
    edges = st.builds(Place, fields | st.just(()), st.sampled_from(("first", "last")), st.integers(1, 4), units)
    return st.builds(Place, fields) | edges


@cache
def sets_of_matches() -> st.SearchStrategy[Node]:
    """Conditions that give matches."""
    return st.recursive(_atoms(), _larger, max_leaves=5)


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    truth = st.one_of(inner, _simple_truths(), st.builds(Not, inner))
    negated = st.sampled_from((False, False, True))
    close = st.sampled_from(("before", "after"))
    nested = st.sampled_from(("inside", "overlaps"))
    groups = st.lists(inner | st.just(Wildcard("thing*")), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Relation, st.just("near"), inner, inner, _distances(), negated),
        st.builds(Relation, close, inner, inner, st.none() | _distances(), negated),
        st.builds(Relation, nested, inner, inner, st.none(), negated),
        st.builds(InPlace, inner, _places(), negated),
        st.builds(InContext, inner, st.sampled_from(CONTEXTS), negated),
        st.builds(Where, inner, _about_it(inner)),
        st.builds(Where, st.sampled_from(("thing", "thing_long", "thing_first")).map(Name), _about_columns()),
        st.builds(lambda left, right: And((left, right)), inner, truth),
        st.builds(lambda left, right: And((left, right)), _simple_truths(), inner),
        st.builds(lambda *items: Or(items), inner, inner),
        st.builds(Quantified, st.sampled_from(("any", "all")), groups),
        groups.flatmap(lambda items: st.builds(AtLeast, st.integers(1, len(items)), st.just(items))),
    )


def _about_it(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Conditions about the match at hand that hold of any match."""
    negated = st.booleans()
    return st.one_of(
        st.sampled_from(("hot", "plate", "h")).map(lambda text: Compare("==", It("text"), String(text))),
        st.sampled_from(("title", "body")).map(lambda text: Compare("!=", It("field"), String(text))),
        st.just(Compare("matches", It("text"), Regex("^[A-Zh]"))),
        st.just(Compare("==", Call("fold", (It("text"),)), Call("fold", (Doc("kind"),)))),
        st.builds(InPlace, st.just(It()), _places(), negated),
        st.builds(Relation, st.just("near"), st.just(It()), inner, _distances(), negated),
        st.builds(Relation, st.sampled_from(("inside", "overlaps")), inner, st.just(It()), st.none(), negated),
        st.builds(lambda one, two: Or((one, two)), st.just(Compare("==", It("text"), String("hot"))), _simple_truths()),
    )


@cache
def _about_columns() -> st.SearchStrategy[Node]:
    """Conditions about a match of the table, some cells of which are empty."""
    numbers: tuple[Node, ...] = (Number(1.5), Doc("price"))
    words: tuple[Node, ...] = (Doc("kind"), String("heat"))
    weights = st.builds(Compare, st.sampled_from(("<", ">=", "==")), st.just(It("weight")), st.sampled_from(numbers))
    kinds = st.sampled_from(words).map(lambda right: Compare("==", It("kind"), right))
    listed = st.just(Compare("in", It("kind"), ListOf((String("tool"), String("taste")))))
    either = st.builds(lambda one, two: Or((one, two)), weights, kinds)
    return st.one_of(weights, kinds, listed, either, st.just(Exists(It("weight"))), weights.map(Not))


@cache
def _simple_truths() -> st.SearchStrategy[Node]:
    """Conditions without matches, unknown where metadata is missing."""
    given: tuple[Node, ...] = (
        Compare(">", Doc("price"), Number(1)),
        Compare("==", Doc("kind"), String("heat")),
        Compare("not in", Doc("kind"), ListOf((String("heat"), String("tool")))),
        Compare("in", Doc("kind"), ListOf((Doc("go"), String("heat")))),
        Compare("not in", Doc("go"), ListOf((String("off"), Doc("kind")))),
        Compare("contains", Doc("tags"), String("heat")),
        Compare("contains", Doc("body"), String("hot")),
        Compare("matches", Doc("title"), Regex("^h", "i")),
        Exists(Doc("price")),
        Exists(Doc("title")),
        Exists(Doc("tail")),
        Compare("contains", Doc("tail"), String("plate")),
        Compare("==", Call("fold", (Doc("shout"),)), Call("fold", (Doc("kind"),))),
        Compare("==", Call("fold", (Doc("title"),)), Call("fold", (Doc("kind"),))),
        Compare("contains", Call("fold", (Doc("body"),)), Call("fold", (Doc("kind"),))),
        Doc("sure"),
    )
    return st.sampled_from(given)


def _numbers(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    columns = st.builds(Column, st.sampled_from(("thing", "thing_long")), st.just("weight"))
    plain: tuple[Node, ...] = (Name("amount"), Doc("price"), Number(2), Call("distinct", (Column("thing", "kind"),)))
    leaves: st.SearchStrategy[Node] = st.one_of(
        st.builds(lambda name, item: Call(name, (item,)), st.sampled_from(("count", "count", "distinct")), inner),
        st.builds(
            lambda name, item: Call(name, (item,)), st.sampled_from(("sum", "max", "min", "mean", "distinct")), columns
        ),
        st.sampled_from(plain),
    )
    larger = st.builds(Arithmetic, st.sampled_from("+-*/"), leaves, leaves)
    cases = st.builds(Choice, leaves, inner | _simple_truths(), leaves)
    return leaves | larger | cases


@cache
def truths() -> st.SearchStrategy[Node]:
    """Conditions about the record."""
    inner = sets_of_matches()
    signs = st.sampled_from(("==", "!=", "<", "<=", ">", ">="))
    numbers = _numbers(inner)
    compared = st.builds(Compare, signs, numbers, st.integers(0, 3).map(float).map(Number) | numbers)
    leaves = st.one_of(inner, compared, _simple_truths())

    def larger(truth: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        groups = st.lists(truth, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            st.builds(Not, truth),
            st.builds(lambda *items: And(items), truth, truth),
            st.builds(lambda *items: Or(items), truth, truth),
            st.builds(Quantified, st.sampled_from(("any", "all", "none")), groups),
            groups.flatmap(lambda items: st.builds(AtLeast, st.integers(1, len(items)), st.just(items))),
        )

    return st.recursive(leaves, larger, max_leaves=3)


# -- what both say -----------------------------------------------------------------------------------------


def document_of(annotator: Annotator, record: Mapping[str, object]) -> Document:
    return Preparer(annotator.plan).document(record, id="r", lenient=True)


def said_by_engine(annotator: Annotator, record: Mapping[str, object]) -> dict[str, object]:
    """What the cascade says of a record."""
    plan = annotator.plan
    [frame] = Cascade(plan).run([document_of(annotator, record)])

    def rule_of(vote: Vote) -> str:
        return plan.rules[vote.rule].rule.id if vote.rule >= 0 else f"otherwise: {vote.label}"

    def told(votes: Mapping[str, Sequence[Vote]]) -> dict[str, list[tuple[object, ...]]]:
        return {
            label: sorted(_told(vote, rule_of(vote)) for vote in given)
            for label, given in sorted(votes.items())
            if given
        }

    return {
        "votes": told(frame.votes),
        "shadows": told(frame.shadows),
        "decisions": _decided(frame.decisions),
        "spans": {
            label: [
                (*span[:6], sorted(map(rule_of, span.votes)), span.value, span.stage, span.lost_to)
                for span in found.spans
            ]
            for label, found in sorted(frame.decisions.items())
            if found.spans
        },
        "skipped": [plan.stages[number].name for number in sorted(frame.skipped)],
        "route": Shaper(plan).shape(frame).route,
    }


def said_by_reference(annotator: Annotator, record: Mapping[str, object]) -> dict[str, object]:
    """What the reference says of a record, in the same form."""
    result = reference.label(annotator.ruleset, annotator.registry, document_of(annotator, record))

    def told(votes: Mapping[str, Sequence[reference.ReferenceVote]]) -> dict[str, list[tuple[object, ...]]]:
        return {label: sorted(_told(vote, vote.rule) for vote in given) for label, given in sorted(votes.items())}

    return {
        "votes": told(result.votes),
        "shadows": told(result.shadows),
        "decisions": _decided(result.decisions),
        "spans": {
            label: [
                (
                    *(span.field, span.start, span.end, span.score, span.decision, span.threshold),
                    sorted(vote.rule for vote in span.votes),
                    *(span.value, span.stage, span.lost_to),
                )
                for span in spans
            ]
            for label, spans in sorted(result.spans.items())
        },
        "skipped": list(result.skipped),
        "route": result.route,
    }


def _told(vote: Vote | reference.ReferenceVote, rule: str) -> tuple[object, ...]:
    """A vote of a rule."""
    return (rule, vote.score, vote.target, repr(vote.value), vote.stage, _places_of(vote.evidence))


def _decided(decisions: Mapping[str, Decision | reference.ReferenceDecision]) -> dict[str, tuple[object, ...]]:
    """Label -> what is decided, with which score and threshold, in which stage, and the label that it lost to."""
    return {
        label: (found.decision, found.score, found.threshold, found.stage, found.lost_to)
        for label, found in sorted(decisions.items())
    }


def _places_of(evidence: Sequence[Match]) -> list[tuple[str, str, int, int, int]]:
    """Matcher, place and row of each match, each once."""
    return sorted({(*match[:4], _row_of(match)) for match in evidence})


def _row_of(match: Match) -> int:
    entry = match[5]
    row = entry if isinstance(entry, int) or entry is None else entry.get("row")
    return row if isinstance(row, int) else -1
