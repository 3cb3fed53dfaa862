"""A plugin for Rubricate: the matcher kind `shouting` marks words of three or more capitals."""

import re

from rubricate.api import hookimpl, per_text

CAPITALS = re.compile(r"\b[A-Z]{3,}\b")


@hookimpl
def register_matchers():
    """The kind `shouting`."""
    return [per_text("shouting", lambda text: [word.span() for word in CAPITALS.finditer(text)], help="SHOUTED words")]
