"""Plugins that break a law of the kit on purpose: made of descriptors, and what the kit says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rubricate.api import hookimpl
from rubricate.testing import Fault, Sample, check_plugin
from rubricate.testing.contract import LAWS, trials_of

__all__ = ["eight_times", "faults_of", "laws_without_a_case", "one_option", "plugin", "words_of"]


def plugin(**descriptors: object) -> type:
    """An object with the hooks that give these descriptors: `plugin(matchers=[KIND])`."""
    hooks = {
        f"register_{field}": hookimpl(lambda found=found: found, specname=f"register_{field}")
        for field, found in descriptors.items()
    }
    return type("broken", (), {name: staticmethod(hook) for name, hook in hooks.items()})


def words_of(broken: object, sample: Sample, law: str) -> str:
    """What one law says of a plugin."""
    trials = [trial for trial in trials_of(broken, (sample,)) if trial.law == law]
    assert trials, "there is no such law"
    return "\n".join(str(fault) for trial in trials for fault in trial.run())


def faults_of(broken: object, *samples: Sample) -> list[str]:
    """What all laws say of a plugin."""
    faults: list[Fault] = check_plugin(broken, samples)
    return [str(fault) for fault in faults]


def laws_without_a_case(kind: type[Sample], cases: Mapping[str, tuple[Any, str, str]]) -> set[str]:
    """The laws that this kind of sample shows and that no case (descriptor, law, words) breaks."""
    return _laws(kind) - {law for _, law, _ in cases.values()}


def _laws(kind: type[Sample]) -> set[str]:
    laws: Iterable[str] = LAWS[kind]
    return set(laws)


def one_option(**option: object) -> dict[str, object]:
    """The schema of a descriptor's options whose only one is `least`."""
    return {"type": "object", "properties": {"least": option}, "additionalProperties": False}


def eight_times(text: str) -> bool:
    """True, after work that takes eight times as long for twice the text."""
    for _ in range(len(text) ** 2 // 1024):
        sum(map(ord, text))
    return True
