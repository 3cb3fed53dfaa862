"""Templates of prompts: what a ruleset may write, and what is asked without one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rubricate.api import OptionError

__all__ = ["DEFAULT", "check_template", "fill"]

SLOT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
SLOTS = ("field", "guideline", "labels", "text")

_HEAD = (
    "The labels, with what each of them means:\n\n{{labels}}\n\nWhat the guideline says of them:\n\n{{guideline}}\n\n"
)
DEFAULT: Mapping[str, str] = {
    "llm.classify": _HEAD + "Decide by the guideline alone how this text is to be labelled:\n\n{{text}}\n",
    "llm.spans": _HEAD
    + 'Find every place in this text, the field "{{field}}" of a record, that one of the labels fits. Copy each place'
    " letter by letter, as short as the guideline allows, and leave out what is not there:\n\n{{text}}\n",
}


def check_template(template: str, *, has_sections: bool) -> None:
    """Raises OptionError for a template that cannot be filled, or would leave out what matters."""
    named = [match[1] for match in SLOT.finditer(template)]
    for name in named:
        if name not in SLOTS:
            allowed = ", ".join(f"{{{{{slot}}}}}" for slot in SLOTS)
            raise OptionError("prompt", f'"{{{{{name}}}}}" is no slot', help=f"allowed: {allowed}")
    for name in ("text", "labels"):
        if name not in named:
            raise OptionError("prompt", f'the prompt lacks "{{{{{name}}}}}"', help="write it where that is to stand")
    if "guideline" in named and not has_sections and template not in DEFAULT.values():
        raise OptionError(
            "prompt",
            '"{{guideline}}" would be empty, as no label cites a section',
            help="add cites: [..] to the labels",
        )


def fill(template: str, slots: Mapping[str, str]) -> str:
    """The template with its slots filled, in one pass: what is put in is not looked at again.

    >>> fill("{{ labels }}: {{text}}", {"labels": "a", "text": "{{labels}}"})
    'a: {{labels}}'
    """
    return SLOT.sub(lambda match: slots[match[1]], template)
