"""What can be said of a matcher before its model is loaded: whether it can be used, and the classes it gives."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from types import MappingProxyType
from typing import Final, cast

from rubricate.api import MatcherSpec, MissingExtraError, OptionError
from rubricate_transformers.folders import ModelFolder, find_model
from rubricate_transformers.settings import settings_of
from rubricate_transformers.tags import plain_tags

__all__ = ["HEADS", "candidates", "class_names", "entailment", "examples", "outputs", "pooling", "task_of", "validate"]

EXTRA = "transformers"
HEADS: Final = MappingProxyType(
    {
        "text_classification": "ForSequenceClassification",
        "token_classification": "ForTokenClassification",
        "zero_shot": "ForSequenceClassification",
        "similarity": "",
    }
)
"""Task -> how the class of its models ends."""


def task_of(spec: MatcherSpec) -> str:
    """`zero_shot` of `transformers.zero_shot`."""
    return spec.kind.rpartition(".")[2]


def validate(spec: MatcherSpec) -> None:
    """Raises OptionError for a matcher that cannot be used, MissingExtraError where packages are missing."""
    if any(find_spec(name) is None for name in ("safetensors", "torch", "transformers")):
        raise MissingExtraError(f"the kind {spec.kind}", EXTRA)
    task = task_of(spec)
    if spec.table is not None and task != "similarity":
        raise OptionError("of", f'"{spec.kind}" takes no table', help="remove `of`")
    if spec.fold:
        raise OptionError("fold", "a model looks at the text as written", help="remove `fold`")
    model = settings_of(spec).model
    _check_head(model, task)
    if task == "zero_shot":
        entailment(model)
        if spec.options.get("exclusive", True) and len(candidates(spec)) < 2:
            help = "add a class, or say `exclusive: false`"
            raise OptionError("classes", "of one class that excludes all others every text is", help=help)
    elif task == "similarity":
        examples(spec)
        pooling(model)


def outputs(spec: MatcherSpec) -> frozenset[str]:
    """The classes that a matcher can give."""
    task = task_of(spec)
    if task == "zero_shot":
        return frozenset(candidates(spec))
    if task == "similarity":
        return frozenset(name for name, _ in examples(spec))
    names = class_names(find_model(spec))
    return frozenset(plain_tags(names) if task == "token_classification" else names)


def class_names(model: ModelFolder) -> tuple[str, ...]:
    """The classes of a model by their number."""
    named = model.config.get("id2label")
    if isinstance(named, Mapping) and named:
        try:
            found = {int(number): str(name) for number, name in named.items()}
        except (TypeError, ValueError):
            found = {}
        if sorted(found) == list(range(len(found))) and found:
            return tuple(found[number] for number in sorted(found))
        raise OptionError("model", '"id2label" in "config.json" does not number its classes from 0', help="mend it")
    number = model.config.get("num_labels", model.config.get("_num_labels", 2))
    return tuple(f"LABEL_{each}" for each in range(number if isinstance(number, int) else 2))


def _check_head(model: ModelFolder, task: str) -> None:
    classes = model.config.get("architectures")
    head = HEADS[task]
    if isinstance(classes, list) and classes and not any(str(each).endswith(head) for each in classes):
        what = "token" if task == "token_classification" else "sequence"
        raise OptionError("model", f'the model is a "{classes[0]}", which has no head for {what} classification',
                          help="without one its answers would be chance: train it for the task")  # fmt: skip
    if head and model.config.get("problem_type") == "regression":
        raise OptionError("model", "the model was trained to give a number, not classes", help="use a classifier")
    if head:
        class_names(model)


def entailment(model: ModelFolder) -> tuple[int, int]:
    """The numbers of the classes for entailment and contradiction, or for what comes nearest to the latter."""
    names = [name.lower() for name in class_names(model)]
    entailed = next((number for number, name in enumerate(names) if name.startswith("entail")), None)
    if entailed is None or len(names) < 2:
        told = ", ".join(class_names(model)[:7])
        help = "use a model trained on natural language inference, with the names of its classes in config.json"
        raise OptionError("model", f'none of its classes is "entailment": {told}', help=help)
    others = [number for number in range(len(names)) if number != entailed]
    denied = next((number for number in others if names[number].startswith(("contra", "not_entail"))), others[0])
    return entailed, denied


def candidates(spec: MatcherSpec) -> Mapping[str, str]:
    """Class -> what the hypothesis says of it."""
    named = spec.options["classes"]
    if isinstance(named, Mapping):
        return {str(name): str(text) for name, text in named.items()}
    return {str(name): str(name) for name in cast("Sequence[object]", named)}


def examples(spec: MatcherSpec) -> list[tuple[str, str]]:
    """(class, text), for each description or example."""
    named, table = spec.options.get("classes"), spec.table
    if (named is None) == (table is None):
        what = "the examples stand in two places" if table else "a matcher for similarity needs classes"
        help = "remove `of` or `classes`" if table else "add `classes: {CLASS: [EXAMPLES]}` or `of: TABLE`"
        raise OptionError("of" if table else "classes", what, help=help)
    if table is not None:
        column = str(spec.options.get("column", "label"))
        if table.columns.get(column) != "text":
            help = f"its columns of texts are {', '.join(sorted(table.columns)) or 'none'}"
            raise OptionError("column", f'the table "{table.name}" has no column "{column}" of texts', help=help)
        found = [(str(row.cells.get(column) or ""), term) for row in table.rows for term in row.terms]
    elif isinstance(named, Mapping):
        if "column" in spec.options:
            raise OptionError("column", "a column means nothing without a table", help="remove it, or add `of: TABLE`")
        found = [(str(name), text) for name, texts in named.items() for text in _texts(texts)]
    else:
        found = [(str(name), str(name)) for name in cast("Sequence[object]", named)]
    for name, text in found:
        if not name or not text.strip():
            raise OptionError("of" if table else "classes", f'an example of "{name}" is blank', help="remove it")
    if not found:
        raise OptionError("of", "there are no examples", help="add a row, or widen its `only`")
    return found


def _texts(texts: object) -> list[str]:
    return [texts] if isinstance(texts, str) else [str(text) for text in cast("Sequence[object]", texts)]


def pooling(model: ModelFolder) -> str:
    """How the model makes a vector of a text: `mean` of its tokens, or its first one, `cls`."""
    steps = [str(step.get("type")) for step in _steps(model)]
    odd = [step for step in steps if step.rpartition(".")[2] not in ("Transformer", "Pooling", "Normalize")]
    if odd:
        help = "use a model of a transformer and a pooling alone"
        raise OptionError("model", f'"modules.json" asks for "{odd[0]}", which is not supported', help=help)
    told = model.read("1_Pooling/config.json")
    modes = sorted(key.removeprefix("pooling_mode_") for key, on in told.items() if on is True and "mode_" in key)
    if isinstance(told.get("pooling_mode"), str):
        modes = [str(told["pooling_mode"])]
    if not modes or modes in (["mean"], ["mean_tokens"]):
        return "mean"
    if modes in (["cls"], ["cls_token"]):
        return "cls"
    help = "use a model that takes the mean of its tokens, or the first one"
    raise OptionError("model", f'the model pools by "{modes[0]}", which is not supported', help=help)


def _steps(model: ModelFolder) -> list[Mapping[str, object]]:
    if "modules.json" not in model.files:
        return []
    try:
        told = json.loads(model.files["modules.json"].read_bytes())
    except ValueError:
        told = None
    if not isinstance(told, list) or not all(isinstance(step, dict) for step in told):
        raise OptionError("model", '"modules.json" is no list of modules', help="copy it again")
    return told
