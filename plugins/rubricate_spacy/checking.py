"""What can be said against a matcher before anything is read: its options, and whether its pipeline can answer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Final

from rubricate.api import MatcherSpec, OptionError
from rubricate_spacy.locating import find_folder, name_of, require_spacy
from rubricate_spacy.pipelines import Pipeline, read_pipeline
from rubricate_spacy.releases import allows
from rubricate_spacy.tokens import check_tokens, patterns_of, wanted_by

__all__ = ["doubts", "outputs", "terms_of", "validate", "wanted"]

_WANTED: Final[Mapping[str, frozenset[str]]] = {
    "spacy.entities": frozenset({"ENT"}),
    "spacy.lemma": frozenset({"LEMMA"}),
    "spacy.sentences": frozenset({"SENT_START"}),
    "spacy.textcat": frozenset({"CATS"}),
    "spacy.words": frozenset(),
}
_MAKERS: Final[Mapping[str, str]] = {
    "CATS": "textcat",
    "DEP": "parser",
    "ENT": "ner",
    "ENT_KB_ID": "entity_linker",
    "LEMMA": "lemmatizer",
    "MORPH": "morphologizer",
    "POS": "tagger",
    "SENT_START": "parser or senter",
    "TAG": "tagger",
}
"""What is missing -> the component that would set it."""


def wanted(spec: MatcherSpec) -> frozenset[str]:
    """What components must set for a matcher."""
    found = _WANTED.get(spec.kind)
    return wanted_by(patterns_of(spec)) if found is None else found


def terms_of(spec: MatcherSpec) -> Sequence[tuple[str, int | None]]:
    """The lemmas that a matcher looks for, each with its row."""
    written = spec.options.get("lemmas", ())
    listed = [(str(term), None) for term in written] if isinstance(written, list | tuple) else []
    rows = [(term, row) for row, term in spec.table.terms()] if spec.table is not None else []
    return [*listed, *rows]


def outputs(spec: MatcherSpec) -> frozenset[str] | None:
    """The classes that a matcher can give; None where its pipeline does not say."""
    pipeline = read_pipeline(find_folder(spec))
    if not pipeline.is_plain:
        return None
    [what] = _WANTED[spec.kind]
    labels = [each.labels for each in pipeline.setters(what)]
    return None if None in labels else frozenset(label for each in labels for label in each or ())


def doubts(spec: MatcherSpec) -> Iterator[str]:
    """What people should know of a pipeline that was made for another version of spaCy."""
    pipeline, here = read_pipeline(find_folder(spec)), version("spacy")
    if not allows(pipeline.spacy_version, here):
        yield f'"{name_of(spec)}" was made for spaCy {pipeline.spacy_version}, and {here} is installed'


def validate(spec: MatcherSpec) -> None:
    """Raises OptionError for what cannot be used, MissingExtraError where spaCy is not installed."""
    require_spacy()
    if spec.fold:
        raise OptionError("fold", "spaCy reads texts as they are, not folded", help="remove it")
    if spec.kind == "spacy.lemma":
        _check_lemmas(spec)
    elif spec.table is not None:
        raise OptionError("of", f'"{spec.kind}" looks for nothing out of a table', help="remove it")
    if spec.kind == "spacy.pattern":
        check_tokens(spec)
    pipeline = read_pipeline(find_folder(spec))
    lacking = pipeline.lacks(wanted(spec))
    if lacking:
        raise OptionError("model", f'"{name_of(spec)}" has no {_MAKERS[lacking[0]]}', help=_told(pipeline))


def _check_lemmas(spec: MatcherSpec) -> None:
    given = "lemmas" in spec.options
    if spec.table is not None and given:
        raise OptionError("lemmas", "the lemmas stand in two places",
                          help=f'remove `lemmas` or `of: "{spec.table.name}"`')  # fmt: skip
    if spec.table is not None and spec.table.patterns:
        raise OptionError("of", f'the table "{spec.table.name}" holds patterns, not lemmas', help="name another table")
    terms = terms_of(spec)
    if not any(term.strip() for term, _ in terms):
        raise OptionError("lemmas" if given else "of", "there are no lemmas to look for",
                          help="add `lemmas: [...]` or `of: TABLE`")  # fmt: skip
    blank = next((term for term, row in terms if row is None and not term.strip()), None)
    if blank is not None:
        raise OptionError("lemmas", f'the lemma "{blank}" is blank', help="remove it")


def _told(pipeline: Pipeline) -> str:
    names = ", ".join(each.name for each in pipeline.components) or "no components"
    return f"name a pipeline that has one; this one has {names}"
