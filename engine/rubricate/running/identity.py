"""What makes two runs the same run: its plan, its inputs and how much of them it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from rubricate.errors import RunError, UsageError
from rubricate.running.contracts import Input, RunOptions, RunPlan
from rubricate.storage.layout import run_file
from rubricate.storage.objects import canonical_json, replace_file

__all__ = [
    "describe_inputs", "find_differences", "identify_run", "is_of_run", "load_identity", "make_partial",
    "store_identity",
]  # fmt: skip


_DIGEST = re.compile(r"[0-9a-f]{9,}")
"""What is shown by its first digits."""


def identify_run(plan: RunPlan, inputs: Sequence[Input], options: RunOptions) -> dict[str, object]:
    """The run as a value; runs with equal ones publish the same manifest digest."""
    identity: dict[str, object] = {
        "plan": plan.digest,
        "options": dict(plan.options),
        "answers": plan.answers,
        "inputs": describe_inputs(inputs),
        "partial": make_partial(options),
        "unit_size": options.unit_size,
    }
    code = {**plan.code, **dict(one.code for one in inputs if one.code is not None)}
    if code:
        identity["code"] = code
    if plan.libraries:
        identity["libraries"] = dict(plan.libraries)
    return identity if options.parent is None else {**identity, "parent": options.parent}


def describe_inputs(inputs: Sequence[Input]) -> list[dict[str, object]]:
    """Name, size and digest of each input, and the digest of its images, in order."""
    return [{"name": one.name, "size": one.size, "sha256": one.sha256, **_images_of(one)} for one in inputs]


def _images_of(source: Input) -> dict[str, str]:
    """The digest of the images of an input; nothing where no images are looked at."""
    images = getattr(source, "images", None)
    return {} if images is None else {"images": images.digest}


def is_of_run(body: Mapping[str, object], identity: Mapping[str, object] | None) -> bool:
    """Whether a manifest's body is what the run of this identity publishes, as far as one can tell before it ran.

    Without an identity, which older folders lack, it is taken to be.
    """
    if identity is None:
        return True
    sources = body["sources"]
    assert isinstance(sources, list)
    described = [
        {name: source[name] for name in ("name", "size", "sha256", "images") if name in source} for source in sources
    ]
    return described == identity.get("inputs") and all(
        body[name] == identity.get(name) for name in ("plan", "options", "answers", "partial")
    )


def make_partial(options: RunOptions) -> dict[str, int] | None:
    """What the manifest says of a run that does not read everything."""
    if options.limit is not None and options.sample is not None:
        raise UsageError("--limit and --sample cannot be used together", help="leave one of them out")
    for name, number in (("--limit", options.limit), ("--sample", options.sample)):
        if number is not None and number < 1:
            raise UsageError(f'{name}: "{number}" is not a positive number')
    if options.limit is not None:
        return {"limit": options.limit}
    if options.sample is not None:
        return {"sample": options.sample, "seed": options.seed}
    return None


def load_identity(out: Path) -> dict[str, object] | None:
    """What the run in `out` is; None when there is none."""
    path = run_file(out)
    try:
        identity = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except orjson.JSONDecodeError:
        identity = None
    if not isinstance(identity, dict):
        raise RunError(f"{path}: cannot be read", help="choose another --out, or remove the folder")
    return identity


def store_identity(out: Path, identity: Mapping[str, object]) -> None:
    """Write down what the run in `out` is."""
    replace_file(run_file(out), canonical_json(identity))


def find_differences(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """What makes `new` another run than `old`, a short text each.

    >>> find_differences({"plan": "9f3c01d2aa"}, {"plan": "77"})
    ['plan "9f3c01d2" there, "77" now']
    """
    found = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name == "inputs":
            found.extend(_compare_inputs(before, after))
        elif name == "libraries":
            found.extend(_compare_libraries(before, after))
        elif name == "code":
            found.extend(_compare_code(before, after))
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            found.extend(find_differences(before, after))
        else:
            found.append(f"{name} {_show(before)} there, {_show(after)} now")
    return found


def _compare_inputs(before: object, after: object) -> list[str]:
    old, new = _by_name(before), _by_name(after)
    found = [f'input "{name}" is missing now' for name in old if name not in new]
    found += [f'input "{name}" is new' for name in new if name not in old]
    found += [f'input "{name}" has changed' for name in old if name in new and old[name] != new[name]]
    return found or ["the inputs come in another order"]


def _compare_code(before: object, after: object) -> list[str]:
    """Plugins that both runs use; of the others the plan says enough."""
    old, new = (code if isinstance(code, Mapping) else {} for code in (before, after))
    return [f'the code of plugin "{name}" has changed' for name in old if name in new and old[name] != new[name]]


def _compare_libraries(before: object, after: object) -> list[str]:
    """Libraries that both runs use; of the others the plan says enough."""
    old, new = (each if isinstance(each, Mapping) else {} for each in (before, after))
    shared = old.keys() & new.keys()
    return find_differences({name: old[name] for name in shared}, {name: new[name] for name in shared})


def _by_name(inputs: object) -> dict[str, object]:
    return {one["name"]: one for one in inputs} if isinstance(inputs, list) else {}


def _show(value: object) -> str:
    if isinstance(value, str):
        return f'"{value[:8] if _DIGEST.fullmatch(value) else value}"'
    return "none" if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
