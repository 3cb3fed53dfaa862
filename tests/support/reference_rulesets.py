"""Whole small rulesets: labels of all kinds, three stages of cheap matchers, rules that meet on few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from rubricate.language.tree import (
    And,
    Call,
    Compare,
    Distance,
    Doc,
    Name,
    Node,
    Not,
    Number,
    Or,
    Relation,
    String,
)
from support.reference import DECLARED, STAGE_ONE, quoted, sets_of_matches, truths

__all__ = ["WORDS", "labels_alone", "rulesets"]

DOCUMENTS = ("alpha", "beta", "gamma")
ASKERS = ("omega", "psi")
MEMBERS = ("calm", "angry", "sad")
SPANS = ("mark", "part", "zone")
KNOWN: tuple[Node, ...] = (
    Name("thing"),
    Name("ending"),
    Name("late"),
    Relation("near", Name("thing"), Name("number"), Distance(3, "words")),
    Compare(">", Doc("price"), Number(1)),
    Compare(">=", Call("count", (Name("h_word"),)), Number(2)),
)
SCORES = ("0", "0.2", "0.5", "0.6", "0.75", "0.84", "0.85", "0.9", "0.95", "1")
DISTANCES = (Distance(2, "words"), Distance(9, "chars"), Distance(None, "paragraph"))


@dataclass(frozen=True, slots=True)
class Links:
    """What labels imply and exclude, drawn without a circle; at times a label excludes what it implies."""

    implies: Mapping[str, Sequence[str]]
    excludes: Mapping[str, Sequence[str]]

    def rank(self, label: str) -> int:
        """Rules for a label may ask about labels of a lower rank; labels that bear on one another have one rank."""
        names = (*SPANS, *DOCUMENTS, *ASKERS)
        together = {label}
        for _ in names:
            for links in (self.implies, self.excludes):
                for one, others in links.items():
                    for other in others:
                        together |= {one, other} if together & {one, other} else set()
        return 0 if label in MEMBERS else min(1 + names.index(each) for each in together)


@st.composite
def rulesets(draw: st.DrawFn, *, linked: bool = False) -> str:
    """A ruleset as text, without its name; `linked`: with labels that imply and exclude others."""
    others = ("", "otherwise: {label: calm, confidence: 0.6}\n", "otherwise: {label: sad, confidence: 0.9}\n")
    links = _links(draw) if linked else Links({}, {})
    parts = [
        DECLARED,
        _labels(links),
        _cascade(draw),
        _decide(draw),
        _conflicts(draw),
        draw(st.sampled_from(("", "", "accept: 0.6\n", "review: none\n"))),
        draw(st.sampled_from(others)),
        "rules:\n",
        *(_rule(draw, number, links) for number in range(draw(st.integers(2, 9 if linked else 7)))),
    ]
    return "".join(parts)


# -- labels ------------------------------------------------------------------------------------------------


def _links(draw: st.DrawFn) -> Links:
    documents = draw(st.permutations((*DOCUMENTS, *ASKERS)))
    implies: dict[str, Sequence[str]] = {}
    excludes: dict[str, Sequence[str]] = {}
    for number, label in enumerate((*SPANS, *documents)):
        uppers = documents[max(number + 1 - len(SPANS), 0) :]
        few = st.sampled_from((0, 0, 1, 1, 2))
        implies[label] = sorted(draw(st.sets(st.sampled_from(uppers), max_size=draw(few)))) if uppers else []
        others = [each for each in documents if each != label and label not in SPANS]
        few = st.sampled_from((0, 0, 1))
        excludes[label] = sorted(draw(st.sets(st.sampled_from(others), max_size=draw(few)))) if others else []
    return Links(implies, excludes)


def _labels(links: Links) -> str:
    lines = []
    for name in (*DOCUMENTS, *ASKERS, *SPANS):
        kind = "span" if name in SPANS else "document"
        found = [("implies", links.implies.get(name)), ("excludes", links.excludes.get(name))]
        linked = "".join(f", {word}: [{', '.join(names)}]" for word, names in found if names)
        lines.append(f"  {name}: {{kind: {kind}{linked}}}\n")
    return "labels:\n" + "".join(lines) + "  tone: {one_of: [calm, angry, sad]}\n"


def _decide(draw: st.DrawFn) -> str:
    lows = st.sampled_from(("0", "0.3", "0.55"))
    accepts = st.sampled_from(("", "", ", accept: 0.5", ", accept: 0.9", ", if_none: review"))
    combiners = st.sampled_from(("max", "max", "noisy_or", "mean"))
    lines = [
        f"  {name}: {{combine: {draw(combiners)}, low: {draw(lows)}{draw(accepts)}}}"
        for name in (*DOCUMENTS, *ASKERS, *SPANS)
    ]
    of_set = draw(st.sampled_from(("max", "noisy_or", "mean", "majority", "label_model")))
    margin = draw(st.sampled_from(("0", "0.05", "0.1", "0.25")))
    more = draw(st.sampled_from(("", ", accept: 0.5", ', if_none: "no"')))
    lines.append(f"  tone: {{combine: {of_set}, margin: {margin}, low: {draw(lows)}{more}}}")
    return "decide:\n" + "\n".join(lines) + "\n"


def _conflicts(draw: st.DrawFn) -> str:
    ways = st.sampled_from(("longest", "longest", "highest_score", "keep_all"))
    pairs = ("", "", ", nest: [[mark, part]]", ", nest: [[mark, part], [part, zone], [zone, mark]]")
    nest = draw(st.sampled_from(pairs))
    return f"conflicts: {{same_label_overlap: {draw(ways)}, overlap: {draw(ways)}{nest}}}\n"


def _cascade(draw: st.DrawFn) -> str:
    """Three stages, each with a condition and thresholds of its own, or without."""
    conditions = (
        "", "", "", 'doc.go == "on"', "thing", 'uncertain("alpha") or uncertain("mark")', 'not label("tone")',
        'not (thing where (it.weight > doc.price))',
    )  # fmt: skip
    own = st.sampled_from(
        (
            "",
            "",
            ", accept: 0.7",
            ", decide: {alpha: {accept: 0.6, low: 0.3}, mark: {accept: 0.6}, tone: {accept: 0.5}}",
        )
    )
    whens = [draw(st.sampled_from(conditions)) for _ in range(2)]
    two, three = (f", when: '{when}'" if when else "" for when in whens)
    return (
        "cascade:\n"
        f"  - {{stage: one, runs: {STAGE_ONE}{draw(own)}}}\n"
        f"  - {{stage: two, runs: [late, late_cue]{two}{draw(own)}}}\n"
        f"  - {{stage: three, runs: [ending]{three}{draw(own)}}}\n"
    )


# -- rules -------------------------------------------------------------------------------------------------


def _rule(draw: st.DrawFn, number: int, links: Links) -> str:
    kind = draw(st.sampled_from(("document", "document", "member", "span", "span", "routed", "asking")))
    if kind == "asking":
        parts = _asking(draw, links)
    else:
        parts = {"document": _document, "member": _member, "span": _span, "routed": _routed}[kind](draw)
    more = draw(st.sampled_from(("", "", "", ", status: draft", ", status: test")))
    more += draw(st.sampled_from(("", "", ", priority: 1", ", priority: -1"))) if links.implies else ""
    return f"  - {{id: rule-{number}, {parts}{more}}}\n"


def _staged(draw: st.DrawFn, node: Node) -> Node:
    """A condition, at times made one of the last stage or of the stage that may not run."""
    more = draw(st.sampled_from((None, None, "ending", "late")))
    if more is None:
        return node
    both: tuple[Node, ...] = (And((node, Name(more))), Or((node, Name(more))))
    return draw(st.sampled_from(both))


def _confidence(draw: st.DrawFn) -> str:
    worked_out = ("'0.5 + 0.1 * amount'", "'doc.price / 3'", "'0.9 if thing in title else 0.6'")
    return draw(st.sampled_from((*SCORES, *worked_out)))


def _document(draw: st.DrawFn) -> str:
    label, when = draw(st.sampled_from(DOCUMENTS)), _staged(draw, draw(truths()))
    return f"label: {label}, when: {quoted(when)}, confidence: {_confidence(draw)}"


def _member(draw: st.DrawFn) -> str:
    label, when = draw(st.sampled_from(MEMBERS)), _staged(draw, draw(truths()))
    return f"label: {label}, when: {quoted(when)}, confidence: {_confidence(draw)}"


def _routed(draw: st.DrawFn) -> str:
    """A rule that finds its labels, of records and of spans, in the table."""
    conditions = (
        "route",
        "route near thing within 2 words",
        "route is not negated",
        "route and ending",
        "route in tail",
    )
    when = draw(st.sampled_from(conditions))
    confidence = draw(st.sampled_from(("it.sure", "0.9", "'0.9 if it in title else it.sure'")))
    return f"label_from: it.label, when: '{when}', confidence: {confidence}"


def _asking(draw: st.DrawFn, links: Links) -> str:
    """A rule about what is decided; for a label of the record or for spans."""
    label = draw(st.sampled_from((*ASKERS, *DOCUMENTS, *SPANS)))
    below = [name for name in (*SPANS, *DOCUMENTS, *ASKERS) if links.rank(name) < links.rank(label)]
    wild = ["a*"] if "alpha" in below else []
    asked = Call(
        draw(st.sampled_from(("label", "uncertain"))),
        (String(draw(st.sampled_from([*below, *wild, *MEMBERS, "tone"]))),),
    )
    other = draw(st.sampled_from(KNOWN[:4] if label in SPANS else KNOWN))
    joined: tuple[Node, ...] = (And((asked, other)), Or((asked, other)), And((Not(asked), other)))
    when = draw(st.sampled_from(joined if label in SPANS else (asked, *joined)))
    return f"label: {label}, when: {quoted(when)}, confidence: {_confidence(draw)}"


def _span(draw: st.DrawFn) -> str:
    label, when, emitted = draw(st.sampled_from(SPANS)), _staged(draw, draw(sets_of_matches())), ""
    worked_out = ("'0.9 if it in title else 0.6'", "'0.86 if it near thing within 1 words else 0.5'")
    confidence = draw(st.sampled_from((*SCORES[2:], *worked_out)))
    value = draw(st.sampled_from(("", "", ", value: it.text", ", value: lower(it.text)")))
    emit = draw(st.sampled_from((None, None, "set", "cover", "named")))
    if emit == "set":
        emitted = f", emit: {quoted(draw(sets_of_matches()))}"
    elif emit is not None:
        node = draw(sets_of_matches())
        if emit == "named":  # stands for what `when` keeps of it
            when = Relation("near", Name("thing"), String("hot"), draw(st.sampled_from(DISTANCES)))
            when, node = Relation("overlaps", when, Or((Name("thing"), node))), Name("thing")
        emitted = f", emit: {quoted(Call('cover', (node,)))}"
    return f"label: {label}, when: {quoted(when)}{emitted}, confidence: {confidence}{value}"


# -- labels alone ------------------------------------------------------------------------------------------

WORDS = ("ash", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine")


@st.composite
def labels_alone(draw: st.DrawFn) -> str:
    """A ruleset of labels that bear on one another, with one word a rule; for texts made of `WORDS`."""
    links = _links(draw)
    accepts = st.sampled_from(("", "", ", accept: 0.6", ", accept: 0.95"))
    lows = [f"  {name}: {{low: {draw(st.sampled_from(('0', '0.3', '0.55')))}}}\n" for name in (*DOCUMENTS, *ASKERS)]
    rules = []
    for number, word in enumerate(WORDS[: draw(st.integers(3, len(WORDS)))]):
        label = draw(st.sampled_from((*DOCUMENTS, *ASKERS, *SPANS)))
        when = f'"{word}"' if number % 2 else f"/{word}/"
        more = draw(st.sampled_from(("", "", ", priority: 1", ", priority: -1")))
        below = [name for name in (*SPANS, *DOCUMENTS, *ASKERS) if links.rank(name) < links.rank(label)]
        if below and draw(st.integers(0, 3)) == 0:
            when += f' and not label("{draw(st.sampled_from(below))}")'
        confidence = draw(st.sampled_from(SCORES))
        rules.append(f"  - {{id: r-{number}, label: {label}, when: '{when}', confidence: {confidence}{more}}}\n")
    stages = "".join(f"  - {{stage: {kind}, runs: [{kind}]{draw(accepts)}}}\n" for kind in ("dictionary", "regex"))
    return f"{_labels(links)}decide:\n{''.join(lows)}cascade:\n{stages}rules:\n{''.join(rules)}"
