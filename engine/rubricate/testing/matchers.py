"""Laws of matcher kinds: what a scanner gives for documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rubricate.errors import RulesetError
from rubricate.model.descriptors import OptionError
from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.model.ruleset import MatcherSpec
from rubricate.testing.bench import guarded
from rubricate.testing.declaring import declared_of, says_what_it_will_give, wrong_columns
from rubricate.testing.describing import allowed_options, wrong_options
from rubricate.testing.faults import Complaint, ForeignError, shown
from rubricate.testing.hard_texts import AROUND, FOLDERS
from rubricate.testing.matching import (
    FIELDS,
    NAME,
    MatcherBench,
    compile_for,
    equal,
    load_matcher,
    make_document,
    scan,
    scan_documents,
    some_document,
    texts_of,
)
from rubricate.testing.samples import read_hit
from rubricate.testing.timing import LIMIT, growth_of

__all__ = [
    "LAWS",
    "match_key",
    "refuses_wrong_options",
    "wrong_score",
]


def finds_the_samples(bench: MatcherBench) -> Iterator[Complaint]:
    """Exactly what is marked is found in the hits, and nothing in the misses."""
    try:
        spec = _spec(bench)
    except RulesetError as error:
        yield Complaint(
            f"a ruleset with the sample's matcher cannot be loaded: {error}", seen=shown(bench.sample.matcher)
        )
        return
    if not bench.sample.hits:
        yield Complaint("the sample has no hits, so nothing is known of what it finds", help='add hits=["[[this]]"]')
    scanner = compile_for(bench.given, [spec])
    for hit in bench.sample.hits:
        text, places = read_hit(hit)
        found = _places(scan(scanner, text)[0])
        if found != places:
            yield Complaint(f"it finds {_told(found, text)}, not {_told(places, text)}", seen=shown(text))
    for text in bench.sample.misses:
        found = _places(scan(scanner, text)[0])
        if found:
            yield Complaint(f"it finds {_told(found, text)} in a miss", seen=shown(text))


def refuses_wrong_options(bench: MatcherBench) -> Iterator[Complaint]:
    """An unknown option and a value of a wrong kind are answered with a problem; what is let pass can be used."""
    for change in wrong_options(bench.given):
        try:
            load_matcher(bench.sample, bench.folder, bench.registry, change=change)
        except RulesetError:
            continue
        except ForeignError as error:
            help = "raise OptionError in `validate`: it becomes a problem at the option's place"
            yield Complaint(f"on a wrong option {error.told}", seen=shown(change), help=help)
            continue
        yield Complaint("a wrong option is let pass", seen=shown(change))
    yield from _lets_pass_what_it_can_use(bench)


def _lets_pass_what_it_can_use(bench: MatcherBench) -> Iterator[Complaint]:
    """What the schema and `validate` accept, the scanner can be made from."""
    spec, kind = _spec(bench), bench.given
    for change, options in allowed_options(kind, spec.options):
        changed = replace(spec, options=options)
        try:
            if kind.validate is not None:
                guarded(shown(change), kind.validate, changed)
        except ForeignError as error:
            if isinstance(error.__cause__, OptionError):
                continue
            help = "raise OptionError: it becomes a problem at the option's place"
            yield Complaint(f"in `validate` {error.told}", seen=shown(change), help=help)
            return
        try:
            scan_documents(compile_for(kind, [changed]), [some_document(bench.sample)])
        except ForeignError as error:
            help = "refuse it in `validate` with OptionError"
            yield Complaint(f"an option passes `validate`, and then {error.told}", seen=shown(change), help=help)
            return


def keeps_inside(bench: MatcherBench) -> Iterator[Complaint]:
    """Each match is a tuple of the right form, inside its text, not empty."""
    kind, spec = bench.given, _spec(bench)
    scanner = compile_for(kind, [spec])
    for text in texts_of(bench):
        for match in scan(scanner, text)[0]:
            wrong = _wrong_place(match, text) or wrong_score(match, scores=kind.scores)
            if wrong is None and match[0] != spec.name:
                wrong = f'names the matcher "{match[0]}", not "{spec.name}"'
            if wrong is not None:
                yield Complaint(f"a match {wrong}: {str(match)[:80]}", seen=shown(text))
                return


def _wrong_place(match: Match, text: str) -> str | None:
    _, field, start, end, _, _ = match
    if field != "text":
        return f'stands in the field "{field}", which the document does not have'
    if start >= end:
        return "is empty"
    return None if start >= 0 and end <= len(text) else f"lies outside of the text of {len(text)} characters"


def wrong_score(match: Match, *, scores: bool) -> str | None:
    """What is wrong with the score of a match of a kind that has scores, or has none."""
    score = match[4]
    if score is None:
        return "has no score, though the kind says that it scores" if scores else None
    if not scores:
        return "has a score, though the kind does not say so with `scores`"
    return None if 0.0 <= score <= 1.0 else f"has the score {score}, which is not between 0 and 1"


def gives_the_same_in_batches(bench: MatcherBench) -> Iterator[Complaint]:
    """A batch gives what its documents give one by one, in any order; the empty batch and the empty text go through."""
    kind, texts = bench.given, texts_of(bench)
    scanner = compile_for(kind, [_spec(bench)])
    guarded("an empty batch", scan_documents, scanner, [])
    alone = [scan(scanner, text)[0] for text in texts]
    for order in (texts, texts[::-1], texts[1::2] + texts[::2]):
        answers = scan(scanner, *order)
        for text, answer in zip(order, answers, strict=True):
            if not equal(kind, answer, alone[texts.index(text)]):
                yield Complaint("a document gives other matches in a batch than alone", seen=shown(text),
                                help="answer in the order of the batch; let no document know another")  # fmt: skip
                return


def remembers_nothing(bench: MatcherBench) -> Iterator[Complaint]:
    """What was scanned before changes nothing, and a document is not changed by being scanned."""
    kind, spec = bench.given, _spec(bench)
    texts = texts_of(bench)[:FEW_FRESH]
    used = compile_for(kind, [spec])
    for text in [*texts, *texts]:
        fresh = scan(compile_for(kind, [spec]), text)[0]
        if not equal(kind, scan(used, text)[0], fresh):
            yield Complaint("a scanner that saw other documents gives other matches than a new one", seen=shown(text),
                            help="keep nothing between documents")  # fmt: skip
            return
        document = make_document(text)
        guarded(shown(text), scan_documents, used, [document])
        if document.clean != {"text": text} or document.original != {"text": text} or document.meta:
            yield Complaint("it changes the document that it scans", seen=shown(text))
            return


FEW_FRESH: Final = 8
"""Texts for which a scanner is made anew."""


def repeats_itself(bench: MatcherBench) -> Iterator[Complaint]:
    """Twice the same document gives twice the same, to the last digit for an exact kind."""
    kind = bench.given
    scanner = compile_for(kind, [_spec(bench)])
    for text in texts_of(bench):
        first = scan(scanner, text)[0]
        for _ in range(3):
            again = scan(scanner, text)[0]
            if not equal(kind, first, again):
                help = (
                    "say exact=False for a model" if kind.exact and kind.scores else "use no clock, no chance, no set"
                )
                yield Complaint("the same text gives other matches the second time", seen=shown(text), help=help)
                return


def looks_where_it_is_told(bench: MatcherBench) -> Iterator[Complaint]:
    """`field:` limits where it looks, and it looks at the clean text, not at what was read."""
    kind, spec = bench.given, _spec(bench)
    for hit in bench.sample.hits[:3]:
        text, places = read_hit(hit)
        elsewhere = compile_for(kind, [replace(spec, fields=(FIELDS[1],))])
        if [match for match in scan(elsewhere, {"text": text, "other": ""})[0] if match[1] == "text"]:
            yield Complaint("it looks in a field that `field:` does not name", seen=shown(text),
                            help="pass over fields that are not in spec.fields")  # fmt: skip
        original = f"<p>{text}"
        document = Document(id="r1", ordinal=0, original={"text": original}, clean={"text": text}, maps={}, meta={},
                            fold=FOLDERS[0])  # fmt: skip
        scanner = compile_for(kind, [spec])
        found = guarded(shown(text), scan_documents, scanner, [document])[0]
        if _places(found) != places:
            yield Complaint("it looks at the text as it was read, not at the clean one", seen=shown(text),
                            help="read document.clean, or document.folded")  # fmt: skip


def works_in_company(bench: MatcherBench) -> Iterator[Complaint]:
    """Several matchers of the kind, compiled together, find what each finds alone."""
    kind, spec = bench.given, _spec(bench)
    if kind.compile is None:
        return
    second = replace(spec, name=f"{NAME}_again", fields=("other",))
    both = compile_for(kind, [spec, second])
    for text in [read_hit(hit)[0] for hit in bench.sample.hits[:5]]:
        record = {"text": text, "other": text}
        alone = [*scan(compile_for(kind, [spec]), record)[0], *scan(compile_for(kind, [second]), record)[0]]
        found = scan(both, record)[0]
        if sorted(map(match_key, found)) != sorted(map(match_key, alone)):
            yield Complaint("two matchers compiled together find something else than each alone", seen=shown(text),
                            help="`compile` gets all matchers of a stage; each match names its own")  # fmt: skip
            return


def keeps_offsets(bench: MatcherBench) -> Iterator[Complaint]:
    """Characters that are hard to count move a match, and change nothing else."""
    if not bench.sample.anywhere:
        return
    scanner = compile_for(bench.given, [_spec(bench)])
    for hit in bench.sample.hits[:5]:
        text, _ = read_hit(hit)
        plain = _places(scan(scanner, text)[0])
        for what, around in AROUND.items():
            embedded = f"{around} {text} {around}"
            shift = len(around) + 1
            wanted = {(start + shift, end + shift) for start, end in plain}
            found = _places(scan(scanner, embedded)[0])
            if not wanted <= set(found):
                told, meant = _told(found, embedded), _told(sorted(wanted), embedded)
                yield Complaint(
                    f"with {what} before a hit it finds {told}, not {meant}",
                    seen=shown(embedded),
                    help="count code points of the clean text; or say anywhere=False if what stands around matters",
                )
                return


def grows_with_the_text(bench: MatcherBench) -> Iterator[Complaint]:
    """Twice the text takes about twice the time."""
    scanner = compile_for(bench.given, [_spec(bench)])
    hits = [read_hit(hit) for hit in bench.sample.hits[:2]]
    parts = [" "]
    for text, places in hits:
        marked = text[places[0][0] : places[0][1]] if places else text
        parts += [f"{text} ", marked[:-1] or marked, marked[:1] or "a", marked[-1:] or "a"]
    for part in dict.fromkeys(parts):
        grown = growth_of(lambda text: scan(scanner, text), part)
        if grown is not None:
            size, ratio = grown
            yield Complaint(f"twice {size:,} characters take {ratio:.1f} times as long, more than {LIMIT:g}",
                            seen=f"{shown(part)} over and over")  # fmt: skip
            return


def declares_its_columns(bench: MatcherBench) -> Iterator[Complaint]:
    """The columns of a match are those that `columns` and the table name, its class is one that `outputs` names."""
    kind, spec = bench.given, _spec(bench)
    declared = declared_of(kind, spec)
    rows = len(spec.table.rows) if spec.table is not None else 0
    scanner = compile_for(kind, [spec])
    for text in texts_of(bench):
        for match in scan(scanner, text)[0]:
            wrong = wrong_columns(match, declared, rows)
            if wrong is not None:
                yield Complaint(f"a match {wrong}", seen=shown(text))
                return


def _spec(bench: MatcherBench) -> MatcherSpec:
    return load_matcher(bench.sample, bench.folder, bench.registry).ruleset.matchers[NAME]


def _places(found: list[Match]) -> list[tuple[int, int]]:
    return sorted({(match[2], match[3]) for match in found if match[1] == "text"})


def _told(places: list[tuple[int, int]], text: str) -> str:
    told = [f"{text[start:end]!a} at {start}" for start, end in places[:3]]
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    return ", ".join(told) + more if told else "nothing"


def match_key(match: Match) -> tuple[str, str, int, int, str]:
    """What a match is known by, so that matches can be put in an order."""
    return (*match[:4], str(match[5]))


LAWS: Final = {
    "samples": finds_the_samples,
    "wrong options": refuses_wrong_options,
    "bounds": keeps_inside,
    "batches": gives_the_same_in_batches,
    "memory": remembers_nothing,
    "repetition": repeats_itself,
    "fields": looks_where_it_is_told,
    "company": works_in_company,
    "offsets": keeps_offsets,
    "growth": grows_with_the_text,
    "columns": declares_its_columns,
    "declarations": says_what_it_will_give,
}
"""Those of a scanner; `rubricate.testing.requiring` and `rubricate.testing.composing` have the others."""
