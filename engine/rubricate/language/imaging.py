"""What conditions may ask of images: how large they are and of what format; and what they may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from rubricate.language import tree
from rubricate.language.printing import to_text
from rubricate.language.types import NONE, SEGMENT_SETS, WRONG, Scope, Type, Typed, nearest

__all__ = [
    "IMAGE_PROPERTIES",
    "asks_image",
    "image_property",
    "image_property_of",
    "refuse_edge",
    "refuse_images",
    "refuse_mixed",
]

IMAGE_PROPERTIES: Mapping[str, Type] = MappingProxyType(
    {"width": Type.NUMBER, "height": Type.NUMBER, "size": Type.NUMBER, "format": Type.TEXT}
)
"""What can be asked of an image field, as `photo.width` -> its type."""


class Checker(Protocol):
    """What checks the expression that an image is asked in."""

    scope: Scope

    def report(self, code: str, message: str, span: tree.Span, *, help: str | None = None) -> Typed:
        """Gather a problem."""
        ...


def image_property_of(node: tree.Node, scope: Scope) -> tuple[str, str] | None:
    """The image field and what is asked of it, for `photo.width` and `doc.photo.width`; nothing for `doc.photo`."""
    match node:
        case tree.Column(name=name, column=asked) if name in scope.images and _is_free(name, scope):
            return name, asked
        case tree.Doc(field=field) if field in scope.images:
            return field, ""
        case tree.Doc(field=field):
            name, _, asked = field.rpartition(".")
            return (name, asked) if name in scope.images else None
        case _:
            return None


def _is_free(name: str, scope: Scope) -> bool:
    return name not in scope.matchers and name not in scope.lets


def asks_image(node: tree.Node, scope: Scope) -> bool:
    """Whether a part of a condition asks something of an image."""
    return bool(scope.images) and image_property_of(node, scope) is not None


def image_property(checker: Checker, node: tree.Column | tree.Doc) -> Typed:
    """The type of what is asked of an image; its problems go to the checker."""
    name, asked = image_property_of(node, checker.scope) or ("", "")
    found = IMAGE_PROPERTIES.get(asked)
    if found is not None:
        return Typed(found, NONE)
    if not asked:
        help = f"ask {name}.width, {name}.height, {name}.size or {name}.format, or doc.{name} exists"
        return checker.report("R022", f"{to_text(node)} is an image, not a value", node.span, help=help)
    help = nearest(asked, IMAGE_PROPERTIES) or f"it has: {', '.join(IMAGE_PROPERTIES)}"
    return checker.report("R027", f'an image has no "{asked}"', node.span, help=help)


def refuse_images(checker: Checker, node: tree.Node, word: str) -> None:
    """Reports a relation of texts that is asked of matches on images."""
    name = next((name for name in _names(node, checker.scope) if name in checker.scope.on_images), None)
    if name is not None:
        message = f'"{word}" compares places in texts, and "{name}" looks at images'
        help = f"count them, as in count({name}) >= 2, or ask both with and"
        checker.report("R022", message, node.span, help=help)


def refuse_mixed(checker: Checker, node: tree.Relation) -> None:
    """Reports a place on an image that is held against one in a text, such as `"word" inside dents`."""
    sides = (node.left, node.right)
    on_images = [_is_of_images(side, checker.scope) for side in sides]
    in_texts = [_is_of_texts(side, checker.scope) for side in sides]
    if (on_images[0] and in_texts[1]) or (on_images[1] and in_texts[0]):
        image, text = map(to_text, sides if on_images[0] else reversed(sides))
        message = f"{image} is on images, and {text} is looked for in texts"
        help = f"ask both with and: {to_text(tree.And(sides))}"
        checker.report("R022", message, node.span, help=help)


def _parts(node: tree.Node, scope: Scope) -> Iterator[tree.Node]:
    """What a set of matches comes from, through lets: each name once."""
    seen: set[str] = set()
    waiting: list[tree.Node] = [node]
    while waiting:
        for part in tree.walk(waiting.pop()):
            if isinstance(part, tree.Name):
                if part.name in seen:
                    continue
                seen.add(part.name)
                if part.name in scope.lets:
                    waiting.append(scope.lets[part.name].tree)  # type: ignore[arg-type]  # the model knows no language
            yield part


def _names(node: tree.Node, scope: Scope) -> list[str]:
    """The matchers that a set of matches comes from, through lets."""
    if not scope.on_images:
        return []
    names = [part.name for part in _parts(node, scope) if isinstance(part, tree.Name)]
    return [name for name in names if name not in scope.lets and name not in SEGMENT_SETS]


def _is_of_images(node: tree.Node, scope: Scope) -> bool:
    """Whether all of the matches that are meant stand on images."""
    parts = list(_parts(node, scope)) if scope.on_images else []
    named = {part.name for part in parts if isinstance(part, tree.Name)} - scope.lets.keys()
    is_other = any(isinstance(part, tree.It | tree.String | tree.Regex | tree.Wildcard) for part in parts)
    return bool(named) and named <= scope.on_images and not is_other


def refuse_edge(checker: Checker, node: tree.InPlace) -> Typed:
    """Reports the first words of an image, and texts that are looked for on one."""
    name = next((name for name in node.place.fields if name in checker.scope.images), None)
    if name is not None and node.place.edge is not None:
        message = f'"{name}" is an image, which has no {node.place.unit}'
        return checker.report("R022", message, node.place.span, help=f"write: {to_text(node.left)} in {name}")
    on_images = set(node.place.fields) <= set(checker.scope.images)
    if name is not None and on_images and _is_of_texts(node.left, checker.scope):
        message = f'"{name}" is an image, and {to_text(node.left)} is looked for in texts'
        help = "name a matcher that looks at images, or a text field"
        return checker.report("R022", message, node.place.span, help=help)
    return WRONG


def _is_of_texts(node: tree.Node, scope: Scope) -> bool:
    """Whether none of the matches that are meant can stand on an image."""
    is_any = any(isinstance(part, tree.It) for part in tree.walk(node))
    return not is_any and scope.on_images.isdisjoint(_names(node, scope))
