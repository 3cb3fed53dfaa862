"""The matcher kinds `llm.classify` and `llm.spans`: a language model behind an OpenAI-compatible endpoint.

What it marks
    `llm.classify` asks for the class of a text and marks all of the text: one class of several (`choose: one`), or each
    class by itself with yes or no (`choose: each`). `llm.spans` asks for the places of a text that belong to a class,
    quoted word for word, and marks them. The column `class` holds the class; `labels:` maps it to a label. The model is
    told each label with its description and the guideline sections that it cites.

Parameters
    `model` and `confidence` must be said: `logprobs` takes the probability that the model gave to its answer,
    `agreement` the share of `samples` answers that say the same, a number is taken as it is. `prompt` is a template,
    or the file of one, with the slots `{{text}}`, `{{labels}}`, `{{guideline}}` and `{{field}}`. `classes` adds classes
    that stand for no label; `abstain` is a word for texts of which the model cannot say. The endpoint is `base_url`, or
    what `OPENAI_BASE_URL` holds; the key stands in the environment variable that `api_key_env` names, nowhere else.

Example
    `matchers: {judge: {use: llm.classify, model: small, confidence: logprobs, labels: {spam: spam, ham: ham}}}`

Not marked
    Answers outside of the classes, answers that are not the JSON that was asked for, refusals, and quotes that do not
    stand in the text: they are counted, and cast no vote. Texts longer than `max_chars` are not asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rubricate.api import Cost, Document, MatcherKind, MatcherSpec, Scanner, Spend, hookimpl
from rubricate_llm import settings

__all__ = ["register_matchers"]


@hookimpl
def register_matchers() -> list[MatcherKind]:
    """The kinds `llm.classify` and `llm.spans`."""
    helps = {
        "llm.classify": "the class of a text, or several yes or no, by a language model (needs the extra llm)",
        "llm.spans": "places of a text that a language model quotes word for word (needs the extra llm)",
    }
    return [
        MatcherKind(
            name=name,
            help=help,
            options=settings.OPTIONS[name],
            cost=Cost.LLM,
            compile=_compile,
            columns=_columns,
            validate=settings.validate,
            scores=True,
            classes="class",
            outputs=_outputs,
            family="llm",
            files=_files,
            words=True,
            asides=settings.ASIDES,
            estimate=_estimate,
            exact=False,
        )
        for name, help in helps.items()
    ]


def _compile(specs: Sequence[MatcherSpec]) -> Scanner:
    from rubricate_llm.scanning import LlmScanner

    return LlmScanner(specs)


def _columns(_spec: MatcherSpec) -> Mapping[str, str]:
    return {"class": "text"}


def _outputs(spec: MatcherSpec) -> frozenset[str]:
    return frozenset(settings.classes_of(spec))


def _files(spec: MatcherSpec) -> Mapping[str, Path]:
    path = settings.prompt_file(spec)
    return {} if path is None else {"prompt": path}


def _estimate(spec: MatcherSpec, documents: Sequence[Document]) -> Spend:
    from rubricate_llm.estimating import estimate

    return estimate(spec, documents)
