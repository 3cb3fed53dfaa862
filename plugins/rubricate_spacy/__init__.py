"""The matcher kinds of spaCy: entities, lemmas, token patterns, categories of texts, sentences and words.

What it marks
    `spacy.entities` marks the named entities that a pipeline finds; the column `class` says which, as ORG or PERSON.
    `spacy.lemma` marks words by their base form: "hurt" and "hurting" for `hurt`, several words for a longer term.
    `spacy.pattern` marks rows of tokens, written as spaCy's Matcher wants them; of those that overlap the longest.
    `spacy.textcat` marks a whole text once for each category of the pipeline, with its score; `class` names it.
    `spacy.sentences` and `spacy.words` mark the sentences and words that the pipeline sees.

Parameters
    `model: NAME`, an installed pipeline such as en_core_web_sm, or a folder; a relative one leads on from the
    ruleset's file. `lemmas: [...]` or `of: TABLE` for lemmas; `tokens: [{LEMMA: be}, {POS: ADJ, OP: "+"}]`, or a
    list of such lists, for patterns. `labels:` maps classes to labels; entities have no scores, so each needs a
    `confidence`. Without `field:` a category is that of the first text field that is not blank.

Example
    `matchers: {ner: {use: spacy.entities, model: en_core_web_sm, labels: {ORG: {label: company, confidence: 0.8}}}}`

Not marked
    Anything that crosses one of the borders at which texts of more than 10,000 characters are cut: those of
    paragraphs, else of lines, sentences or words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rubricate.api import Cost, MatcherKind, MatcherSpec, Scanner, hookimpl

__all__ = ["register_matchers"]

MODEL: Mapping[str, object] = {
    "type": "string",
    "minLength": 1,
    "description": "An installed spaCy pipeline, by its import name, or the path of a folder that holds one.",
}
LEMMAS: Mapping[str, object] = {
    "type": "array",
    "items": {"type": "string", "minLength": 1},
    "minItems": 1,
    "description": "Base forms, where there is no table; case is ignored.",
}
TOKENS: Mapping[str, object] = {
    "type": "array",
    "items": {"type": ["array", "object"]},
    "minItems": 1,
    "description": "What must hold for each token, in the syntax of spaCy's Matcher; or several such lists.",
}


@hookimpl
def register_matchers() -> list[MatcherKind]:
    """The kinds `spacy.*`."""
    return [
        _kind("spacy.entities", "named entities; their class is ORG, PERSON and so on", classes="class"),
        _kind("spacy.lemma", "words by their base form, from a list or a table", more={"lemmas": LEMMAS}),
        _kind("spacy.pattern", "rows of tokens, in the syntax of spaCy's Matcher", more={"tokens": TOKENS}),
        _kind("spacy.sentences", "sentences as a spaCy pipeline sees them"),
        _kind("spacy.textcat", "categories of a text, with scores", classes="class", scores=True),
        _kind("spacy.words", "words as a spaCy pipeline sees them"),
    ]


def _kind(
    name: str,
    help: str,
    *,
    more: Mapping[str, object] | None = None,
    classes: str | None = None,
    scores: bool = False,
) -> MatcherKind:
    required = ["model", "tokens"] if name == "spacy.pattern" else ["model"]
    return MatcherKind(
        name=name,
        help=help,
        options={
            "type": "object",
            "properties": {"model": MODEL, **(more or {})},
            "required": required,
            "additionalProperties": False,
        },
        cost=Cost.LINGUISTIC,
        compile=_compile,
        columns=_columns,
        validate=_validate,
        doubts=_doubts,
        scores=scores,
        classes=classes,
        outputs=_outputs if classes else None,
        family="spacy",
        files=_files,
        exact=False,
    )


# spaCy itself takes seconds to import and is needed only where a text is read.


def _compile(specs: Sequence[MatcherSpec]) -> Scanner:
    from rubricate_spacy.scanning import SpacyScanner

    return SpacyScanner(specs)


def _columns(spec: MatcherSpec) -> Mapping[str, str]:
    if spec.kind in ("spacy.entities", "spacy.textcat"):
        return {"class": "text"}
    return {"lemma": "text"} if spec.kind == "spacy.lemma" else {}


def _validate(spec: MatcherSpec) -> None:
    from rubricate_spacy.checking import validate

    validate(spec)


def _doubts(spec: MatcherSpec) -> Iterable[str]:
    from rubricate_spacy.checking import doubts

    return doubts(spec)


def _outputs(spec: MatcherSpec) -> frozenset[str] | None:
    from rubricate_spacy.checking import outputs

    return outputs(spec)


def _files(spec: MatcherSpec) -> Mapping[str, Path]:
    from rubricate_spacy.locating import files

    return files(spec)
