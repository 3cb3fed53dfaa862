"""The transform `html_text`: the text that a reader of an HTML page sees, with the way back to the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rubricate.api import OffsetMap, Transform, hookimpl

__all__ = ["register_transforms"]


@hookimpl
def register_transforms() -> list[Transform]:
    """The transform html_text."""
    return [
        Transform(
            name="html_text",
            help="the text of an HTML page or fragment: without tags, comments and scripts, with references decoded",
            options={"type": "object", "properties": {}, "additionalProperties": False},
            make=_make,
        )
    ]


def _make(_options: Mapping[str, object]) -> Callable[[str], tuple[str, OffsetMap] | None]:
    from rubricate_html.stripping import html_text

    return html_text
