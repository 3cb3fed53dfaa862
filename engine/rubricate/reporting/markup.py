"""HTML that cannot be broken by what it shows: every text is escaped unless it was made here."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeAlias

from rubricate.reporting.figures import visible

__all__ = ["Child", "Markup", "element", "join"]


class Markup(str):
    """Text that is HTML already. Only `element`, `join` and constants of our own become it."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"

_VOID = frozenset({"br", "circle", "hr", "input", "line", "link", "meta", "path", "rect", "wbr"})


def element(name: str, /, *children: Child, **attributes: object) -> Markup:
    """An element with its children; text and values of attributes are escaped, None and False leave an attribute out.

    An underscore at the end of an attribute's name is dropped, others become hyphens.

    >>> element("a", "<b>", class_="x", href="#s1", data_n=1, hidden=True, title=None)
    '<a class="x" href="#s1" data-n="1" hidden>&lt;b&gt;</a>'
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{html.escape(visible(str(value)))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID and not children:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[Child]) -> Markup:
    """The children one after the other, texts escaped.

    >>> join(["a & b", None, [Markup("<i>c</i>")]])
    'a &amp; b<i>c</i>'
    """
    return Markup("".join(_written(child) for child in children))


def _written(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return html.escape(visible(child))
    return join(child)
