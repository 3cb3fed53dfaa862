"""Help that shows YAML, in the words of the text form where the problem is in a `.rules` file."""

from __future__ import annotations

import re
from dataclasses import replace

from rubricate.model.problem import Problem

__all__ = ["in_text_form"]

_EXAMPLE = re.compile(r"\badd (hit|miss): \[\.\.\]")
_LIST = re.compile(r"\badd (cites): \[\.\.\]")
_QUOTED = re.compile(r"\b(write|add) (\w+): '((?:[^']|'')*)'\Z")
_KEY = re.compile(r"\b(write|add) (\w+): ")


def in_text_form(problem: Problem) -> Problem:
    """The problem with a help that fits the file that it is in.

    >>> _reworded("add confidence: 0.9"), _reworded("add hit: [..] and add miss: [..]")
    ('add confidence 0.9', 'add hit ".." and add miss ".."')
    """
    if problem.help is None or problem.code == "R007" or not problem.location.path.endswith(".rules"):
        return problem
    return replace(problem, help=_reworded(problem.help))


def _reworded(help: str) -> str:
    help = _LIST.sub(r"add \1 ..", _EXAMPLE.sub(r'add \1 ".."', help))
    help = _QUOTED.sub(lambda found: f"{found[1]} {found[2]} " + found[3].replace("''", "'"), help)
    return _KEY.sub(r"\1 \2 ", help)
