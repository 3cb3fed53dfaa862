"""The options of a matcher, checked without any network."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast
from urllib.parse import urlsplit

from rubricate.api import MatcherSpec, MissingExtraError, OptionError
from rubricate_llm.templates import DEFAULT, check_template

__all__ = ["ASIDES", "OPTIONS", "Service", "Settings", "classes_of", "prompt_file", "read", "validate"]

Confidence: TypeAlias = "Literal['logprobs', 'agreement'] | float"

ASIDES = frozenset({"api_key_env", "base_url", "concurrency", "form", "limit_as", "prices", "retries", "timeout"})
SUFFIXES = (".md", ".txt")
MOST_PROMPT = 200_000
RESERVED = frozenset(
    {
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "model",
        "n",
        "response_format",
        "seed",
        "stream",
        "temperature",
    }
)
"""What the body of a request holds already, so that `extra` may not say it."""


def _number(description: str, least: float, *, whole: bool = False) -> dict[str, object]:
    return {"type": "integer" if whole else "number", "minimum": least, "description": description}


_COMMON: Mapping[str, object] = {
    "model": {"type": "string", "minLength": 1, "description": "The model, as the endpoint calls it."},
    "prompt": {"type": "string", "minLength": 1, "description": "A template, or the file of one (.md or .txt)."},
    "classes": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "Classes beside those of `labels`, each with a sentence that says what it is.",
    },
    "confidence": {
        "anyOf": [{"enum": ["logprobs", "agreement"]}, {"type": "number", "minimum": 0, "maximum": 1}],
        "description": "Where the score is from: logprobs, agreement (of `samples`), or a number.",
    },
    "samples": _number("How many answers are compared for `confidence: agreement`. Default: 5.", 2, whole=True),
    "temperature": _number("How freely the model draws. Default: 0, and 0.7 for agreement.", 0),
    "max_tokens": _number("How many tokens an answer may have.", 1, whole=True),
    "seed": _number("The seed that is sent; of the n-th sample it is n more.", 0, whole=True),
    "max_chars": _number("Longer texts are not asked about. Default: 20000.", 1, whole=True),
    "extra": {"type": "object", "description": "What else stands in the body of each request."},
    "base_url": {"type": "string", "minLength": 1, "description": "The endpoint; else OPENAI_BASE_URL says it."},
    "api_key_env": {
        "type": "string",
        "minLength": 1,
        "description": "The environment variable that holds the key. Default: OPENAI_API_KEY.",
    },
    "concurrency": _number("How many questions are open at once. Default: 4.", 1, whole=True),
    "timeout": _number("Seconds that one answer may take. Default: 60.", 0.1),
    "retries": _number("How often a question is asked again that was not answered. Default: 5.", 0, whole=True),
    "form": {
        "enum": ["auto", "json_schema", "json_object", "plain"],
        "description": "How the endpoint is told the form of answers; auto finds out. Default: auto.",
    },
    "limit_as": {
        "enum": ["auto", "max_tokens", "max_completion_tokens"],
        "description": "What the endpoint calls the limit `max_tokens`; auto finds out. Default: auto.",
    },
    "prices": {
        "type": "object",
        "required": ["input", "output"],
        "additionalProperties": False,
        "properties": {
            "input": _number("Money for a million tokens of a question.", 0),
            "output": _number("Money for a million tokens of an answer.", 0),
        },
        "description": "What tokens cost, for `budget: {money: ..}`.",
    },
}
_CLASSIFY: Mapping[str, object] = {
    "choose": {"enum": ["one", "each"], "description": "One class, or yes or no for each. Default: one."},
    "abstain": {"type": "string", "minLength": 1, "description": "What the model says where it cannot tell."},
}
_SPANS: Mapping[str, object] = {
    "occurrence": {
        "enum": ["all", "nearest"],
        "description": "A quote that stands in a text several times: all of them, or the one nearest to the place that"
        " the model names. Default: all.",
    },
}
OPTIONS: Mapping[str, Mapping[str, object]] = {
    kind: {
        "type": "object",
        "required": ["model", "confidence"],
        "properties": {**_COMMON, **own},
        "additionalProperties": False,
    }
    for kind, own in {"llm.classify": _CLASSIFY, "llm.spans": _SPANS}.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How a matcher reaches its endpoint; none of this changes an answer."""

    base_url: str | None = None
    api_key_env: str = "OPENAI_API_KEY"
    concurrency: int = 4
    timeout: float = 60.0
    retries: int = 5
    form: Literal["auto", "json_schema", "json_object", "plain"] = "auto"
    limit_as: Literal["auto", "max_tokens", "max_completion_tokens"] = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of one matcher."""

    spec: MatcherSpec
    model: str
    template: str
    task: Literal["one", "each", "spans"]
    classes: Mapping[str, str]
    """Class -> what it is."""
    confidence: Confidence
    samples: int
    temperature: float
    max_tokens: int
    seed: int | None
    max_chars: int
    abstain: str | None
    nearest: bool
    extra: Mapping[str, object]
    service: Service
    prices: tuple[float, float] | None

    @property
    def name(self) -> str:
        """The matcher's."""
        return self.spec.name

    def money(self, tokens_in: int, tokens_out: int) -> float | None:
        """What tokens cost."""
        if self.prices is None:
            return None
        return (tokens_in * self.prices[0] + tokens_out * self.prices[1]) / 1_000_000


def classes_of(spec: MatcherSpec) -> dict[str, str]:
    """Class -> what it is: those that are mapped to labels, then those of the option `classes`."""
    own = cast("Mapping[str, str]", spec.options.get("classes", {}))
    found = {name: words.description or "" for name, words in spec.words.items()}
    return {**found, **own}


def prompt_file(spec: MatcherSpec) -> Path | None:
    """The file of the template; None where it stands in the ruleset, or is ours. Raises OptionError without it."""
    prompt = spec.options.get("prompt")
    if not isinstance(prompt, str) or "\n" in prompt or "{{" in prompt or not prompt.endswith(SUFFIXES):
        return None
    path = spec.folder / prompt
    if not path.is_file():
        raise OptionError("prompt", f'there is no file "{prompt}"', help="its path leads on from the ruleset's folder")
    return path


def read(spec: MatcherSpec) -> Settings:
    """The settings of a matcher; raises OptionError for what the JSON Schema cannot say."""
    given, asides = spec.options, spec.asides
    is_spans = spec.kind == "llm.spans"
    confidence = cast("Confidence", given["confidence"])
    samples = cast("int", given.get("samples", 5)) if confidence == "agreement" else 1
    classes = classes_of(spec)
    longest = max((len(each) for each in classes), default=0)
    default_tokens = 1024 if is_spans else 32 + (8 + longest) * (len(classes) if given.get("choose") == "each" else 1)
    prices = cast("Mapping[str, float] | None", asides.get("prices"))
    return Settings(
        spec=spec,
        model=cast("str", given["model"]),
        template=_template(spec),
        task="spans" if is_spans else cast("Literal['one', 'each']", given.get("choose", "one")),
        classes=classes,
        confidence=confidence,
        samples=samples,
        temperature=cast("float", given.get("temperature", 0.7 if confidence == "agreement" else 0)),
        max_tokens=cast("int", given.get("max_tokens", default_tokens)),
        seed=cast("int | None", given.get("seed")),
        max_chars=cast("int", given.get("max_chars", 20_000)),
        abstain=cast("str | None", given.get("abstain")),
        nearest=given.get("occurrence") == "nearest",
        extra=cast("Mapping[str, object]", given.get("extra", {})),
        service=Service(**{name: value for name, value in asides.items() if name != "prices"}),  # type: ignore[arg-type]  # the schema has checked them
        prices=None if prices is None else (prices["input"], prices["output"]),
    )


def validate(spec: MatcherSpec) -> None:
    """Raises OptionError for options that cannot be used, MissingExtraError without the client."""
    if importlib.util.find_spec("openai") is None:
        raise MissingExtraError(f"the kind {spec.kind}", "llm")
    found = read(spec)
    if not found.classes:
        raise OptionError("use", "it has no classes", help="add labels: {CLASS: LABEL}, which the model is told")
    cited = any(words.sections for words in spec.words.values())
    check_template(found.template, has_sections=cited)
    if "samples" in spec.options and found.confidence != "agreement":
        raise OptionError("samples", '"samples" means nothing without agreement', help="write confidence: agreement")
    if found.confidence == "agreement" and found.temperature == 0:
        raise OptionError("temperature", "samples drawn at 0 all say the same", help="write temperature: 0.7")
    if found.abstain is not None and (found.task != "one" or found.abstain in found.classes):
        why = "is a class already" if found.task == "one" else "means nothing where each class is asked by itself"
        raise OptionError("abstain", f'"{found.abstain}" {why}', help="remove it")
    if found.task == "one" and len(found.classes) + (found.abstain is not None) < 2:
        raise OptionError(
            "use", "one class leaves nothing to choose", help="write choose: each, or add abstain: unclear"
        )
    _check_service(found)
    named = sorted(RESERVED & found.extra.keys())
    if named:
        raise OptionError("extra", f'"{named[0]}" is said by an option of its own, or not at all', help="remove it")


def _check_service(found: Settings) -> None:
    url = found.service.base_url
    if url is not None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise OptionError("base_url", f'"{parts.scheme}" is no form of address that can be asked',
                              help="write http://HOST:PORT/v1 or https://HOST/v1")  # fmt: skip
        if parts.username is not None or parts.password is not None:
            raise OptionError("base_url", "a password stands in the address",
                              help="put the key into the environment variable that `api_key_env` names")  # fmt: skip
    if not found.service.api_key_env.replace("_", "a").isalnum():
        raise OptionError("api_key_env", "it is the NAME of an environment variable",
                          help="write api_key_env: OPENAI_API_KEY, and put the key itself there")  # fmt: skip


def _template(spec: MatcherSpec) -> str:
    path = prompt_file(spec)
    if path is None:
        return str(spec.options.get("prompt", DEFAULT[spec.kind]))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise OptionError("prompt", f'"{path.name}" cannot be read as UTF-8 text') from None
    if len(text) > MOST_PROMPT:
        raise OptionError("prompt", f'"{path.name}" has more than {MOST_PROMPT:,} characters')
    return text
