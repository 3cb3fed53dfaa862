"""What a ruleset names and no plugin gives: the nearest name, or the broken plugin that would have given it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, metadata

from rubricate.loading.findings import Findings
from rubricate.loading.wording import did_you_mean, nearest, quoted
from rubricate.model.location import Location
from rubricate.registry import KINDS, Registry

__all__ = ["report_broken", "report_missing"]

_WORDS = {"matchers": ("matcher kind", "kinds"), "transforms": ("step", "steps")}
"""Field of the registry -> what rulesets call an entry of it, and several; the others are called as in KINDS."""


def report_missing(
    field: str, name: str, location: Location, registry: Registry, findings: Findings, *, beside: Iterable[str] = ()
) -> None:
    """Reports that a field of the registry has no `name`; `beside` are names that need no plugin."""
    if report_broken(field, name, location, registry, findings):
        return
    word, several = _WORDS.get(field, (KINDS[field], f"{KINDS[field]}s"))
    known = sorted([*beside, *getattr(registry, field)])
    help = did_you_mean(name, known, several)
    if "." in name and nearest(name, known) is None:
        help = _how_to_install(name.partition(".")[0])
    findings.add("R040", f"no plugin gives the {word} {quoted(name)}", location, help=help)


def _how_to_install(plugin: str) -> str:
    """How the plugin of a kind such as `spacy.lemma` is installed."""
    try:
        extras = metadata("rubricate").get_all("Provides-Extra") or []
    except PackageNotFoundError:
        extras = []
    if plugin in extras:
        return f'install it: pip install "rubricate[{plugin}]"'
    return f"install the plugin {quoted(plugin)} with pip; rubricate plugins lists those that are there"


def report_broken(field: str, name: str, location: Location, registry: Registry, findings: Findings) -> bool:
    """Reports the broken plugin behind a missing name, if there is one: once, with each place that needs it."""
    cause = registry.find_problem(field, name)
    if cause is None:
        return False
    findings.add_cause("R040", cause.message, location, help=cause.help)
    return True
