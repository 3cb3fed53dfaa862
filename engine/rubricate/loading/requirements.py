"""What a ruleset requires: a version of Rubricate, and plugins."""

from __future__ import annotations

import re
from importlib.metadata import version

from rubricate.loading.findings import Findings
from rubricate.loading.reading import scalar, texts
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.yaml_tree import Mapping
from rubricate.registry import Registry

__all__ = ["check_requirements", "fits"]

_CLAUSE = re.compile(r"\s*(?P<operator>>=|<=|==|!=|~=|>|<)\s*(?P<version>\d+(?:\.\d+)*)\s*")
_RELEASE = re.compile(r"\d+(?:\.\d+)*")


def check_requirements(node: Mapping | None, registry: Registry, findings: Findings) -> None:
    """Reports what is required and not there."""
    if node is None:
        return
    wanted = scalar(node.get("rubricate"))
    if wanted is not None:
        installed = version("rubricate")
        held = fits(installed, wanted.text)
        if held is None:
            help = 'write a range such as ">=0.4,<1"'
            findings.add("R013", f"{quoted(wanted.text)} is no range of versions", wanted.location, help=help)
        elif not held:
            message = f"the ruleset needs Rubricate {wanted.text}, this is {installed}"
            help = f'pip install "rubricate{wanted.text.replace(" ", "")}"'
            findings.add("R047", message, wanted.location, help=help)
    usable = {plugin.name for plugin in registry.plugins if plugin.error is None}
    for name in texts(node.get("plugins")):
        broken = next((one for one in registry.problems if one.name is None and one.plugin == name.text), None)
        if broken is not None:
            findings.add_cause("R047", broken.message, name.location, help=broken.help)
        elif name.text not in usable:
            near = did_you_mean(name.text, usable)
            help = near if near and near.startswith("did you") else f'pip install "rubricate[{name.text}]"'
            findings.add("R047", f"the plugin {quoted(name.text)} is not installed", name.location, help=help)


def fits(installed: str, wanted: str) -> bool | None:
    """Whether a version lies in a range; None when the range cannot be read. Of a version only the numbers count.

    >>> [fits("0.4.1", wanted) for wanted in [">=0.4,<1", "~=0.4.0", "==0.4", "later"]]
    [True, True, False, None]
    """
    found = _RELEASE.match(installed)
    have = _numbers(found.group()) if found else ()
    held = True
    for clause in wanted.split(","):
        parts = _CLAUSE.fullmatch(clause)
        if parts is None:
            return None
        held = held and _holds(parts["operator"], have, _numbers(parts["version"]))
    return held


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a version without zeros at its end, so that 1.0 and 1 are equal."""
    numbers = [int(part) for part in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _holds(operator: str, have: tuple[int, ...], want: tuple[int, ...]) -> bool:
    match operator:
        case ">=":
            return have >= want
        case "<=":
            return have <= want
        case "==":
            return have == want
        case "!=":
            return have != want
        case ">":
            return have > want
        case "<":
            return have < want
        case _:
            return have >= want and have[: len(want) - 1] == want[:-1]
