"""Files that are to be written anew: read, and refused when they hold mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rubricate.errors import RulesetError, UsageError
from rubricate.formatting.arranging import Arranged, arrange
from rubricate.formatting.expressions import canonical
from rubricate.formatting.remarks import yaml_comments
from rubricate.language.parsing import ConditionSyntaxError
from rubricate.loading.expressions import build_expression
from rubricate.loading.files import decode
from rubricate.loading.findings import Findings
from rubricate.loading.rules_text import read_rules
from rubricate.loading.rules_text_lines import Comment
from rubricate.loading.source import Source
from rubricate.loading.structure import check_structure, kind_of
from rubricate.loading.surprises import lost_its_quotes, mend
from rubricate.loading.yaml_syntax import read_tree
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, Sequence

__all__ = ["Written", "files_of", "read_file", "read_written", "scalars_of"]

MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file without mistakes that would make its meaning unsure."""

    source: Source
    arranged: Arranged
    """Its tree, with keys in the order of the schema."""
    comments: tuple[Comment, ...]

    @property
    def is_yaml(self) -> bool:
        """Whether it is YAML and not the text form."""
        return not self.source.path.endswith(".rules")


def read_file(path: Path) -> Written:
    """Reads a file; raises RulesetError with its problems, UsageError when it cannot be read at all."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f'"{path}" cannot be read: {error.strerror}') from error
    if len(raw) > MAX_BYTES:
        raise UsageError(f'"{path}" is larger than {MAX_BYTES:,} bytes')
    text = decode(raw)
    if isinstance(text, int):
        raise UsageError(f'"{path}" is not UTF-8: byte {text}', help="save it as UTF-8")
    return read_written(Source(str(path), text))


def files_of(path: Path) -> list[Path]:
    """A ruleset's own file and those that it includes, each once; what cannot be read includes nothing."""
    folder = path.parent
    found: dict[Path, None] = {}
    waiting = [path]
    while waiting:
        file = waiting.pop(0)
        if file in found or not file.is_file():
            continue
        found[file] = None
        text = decode(file.read_bytes()) if file.suffix != ".rules" else ""
        may_include = isinstance(text, str) and "include" in text
        root = read_tree(Source(str(file), str(text)), Findings()) if may_include else None
        named = root.get("include") if isinstance(root, Mapping) else None
        waiting += [folder / each.text for each in scalars_of(named) if each.text] if named is not None else []
    return list(found)


def read_written(source: Source, *, known: frozenset[str] = frozenset()) -> Written:
    """Reads a text; raises RulesetError with its problems. `known` are expressions that have been read before."""
    findings = Findings()
    if source.path.endswith(".rules"):
        rules = read_rules(source, findings)
        root, comments = rules.root, rules.comments
    else:
        root = _yaml(source, findings)
        comments = ()
    arranged = _checked(root, findings, known)
    if findings.errors:
        raise RulesetError([each for each in findings.sorted(source.path) if each.is_error])
    if not source.path.endswith(".rules"):
        comments = tuple(yaml_comments(root, source))
    return Written(source=source, arranged=arranged, comments=comments)


def _yaml(source: Source, findings: Findings) -> Mapping:
    root = read_tree(source, findings)
    if isinstance(root, Mapping):
        mended = mend(root, source, findings)
        assert isinstance(mended, Mapping)  # a mapping stays one
        return mended
    if root is not None:
        findings.add(
            "R012", f"a ruleset is a mapping, not {kind_of(root)}", root.location, help="begin with ruleset: NAME"
        )
    return Mapping(entries=(), location=source.location(0))


def _checked(root: Mapping, findings: Findings, known: frozenset[str]) -> Arranged:
    """The tree in order; its structure and the syntax of its expressions are checked."""
    check_structure(_completed(root), findings)
    arranged = arrange(root)
    names = frozenset(key.text for part in ("let", "matchers") for key, _ in _entries(root.get(part)))
    is_whole = root.get("ruleset") is not None and root.get("include") is None
    for scalar in [each for each in scalars_of(arranged.root) if each.start in arranged.expressions]:
        if scalar.repaired:
            continue
        lost = lost_its_quotes(scalar, names)
        if lost and not is_whole:
            arranged.kept.add(scalar.start)  # a name of another file, or a text: it stays as it is
        if (lost and is_whole) or (scalar.text not in known and not _can_be_read(scalar)):
            build_expression(scalar, findings, key="when", names=names)
    return arranged


def _can_be_read(scalar: Scalar) -> bool:
    """Whether an expression can be parsed; what is wrong with one that cannot is said elsewhere."""
    try:
        canonical(scalar.text)  # remembered, and wanted again when it is written
    except ConditionSyntaxError:
        return False
    return True


def _entries(node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    return node.entries if isinstance(node, Mapping) else ()


def _completed(root: Mapping) -> Mapping:
    """A part of a ruleset with what only a whole one must have."""
    wanted = ["labels"] if root.get("include") is not None else []  # its labels may stand in what it includes
    if root.get("ruleset") is None:
        wanted = ["ruleset", "version", "labels"]
    names = [name for name in wanted if root.get(name) is None]
    if not names:
        return root
    blank = Source("", "x")
    entries: list[tuple[Scalar, Node]] = []
    for name in names:
        key = Scalar(text=name, value=name, source=blank, start=0, end=1)
        word = Scalar(text="x", value="x", source=blank, start=0, end=1)
        value: Node = word
        if name == "labels":
            value = Sequence(items=(word,), flow=True, location=blank.location(0))
        entries.append((key, value))
    return Mapping(entries=(*root.entries, *entries), location=root.location)


def scalars_of(node: Node) -> Iterator[Scalar]:
    """Every scalar of a tree but keys and user data."""
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from scalars_of(item)
        case Mapping():
            for key, value in node.entries:
                if not key.text.startswith("x-"):
                    yield from scalars_of(value)
