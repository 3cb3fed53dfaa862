"""Where plain values of a ruleset stand, which it does not keep: read again from its text, for what is rare."""

from __future__ import annotations

from pathlib import Path

from rubricate.linting.view import View
from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.yaml_syntax import read_tree
from rubricate.loading.yaml_tree import Mapping, Node, Sequence
from rubricate.model.location import Location
from rubricate.model.ruleset import MatcherSpec

__all__ = ["key_place", "terms_node"]


def key_place(view: View, *names: str) -> Location:
    """The first of these keys that the file has; its beginning, where it has none of them."""
    path = str(view.ruleset.file)
    root = _tree(path, view)
    for name in names:
        key = None if root is None else root.key(name)
        if key is not None:
            return key.location
    return Location(path, 1, 1)


def terms_node(spec: MatcherSpec, view: View) -> Sequence | None:
    """The list of terms that is written in a matcher."""
    node: Node | None = _tree(spec.location.path, view)
    for name in ("matchers", spec.name, "terms"):
        node = node.get(name) if isinstance(node, Mapping) else None
    return node if isinstance(node, Sequence) else None


def _tree(path: str, view: View) -> Mapping | None:
    """The file as it was given to the linter, else as it is on disk."""
    text = view.sources.get(path)
    if text is None:
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
    root = read_tree(Source(path, text.removeprefix("\ufeff")), Findings())
    return root if isinstance(root, Mapping) else None
