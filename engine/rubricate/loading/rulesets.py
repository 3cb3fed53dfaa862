"""Reads rulesets: YAML text in, a ruleset and every problem of its files out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from rubricate.errors import UsageError
from rubricate.loading.building import build_ruleset
from rubricate.loading.files import RulesetFolder, decode
from rubricate.loading.findings import Findings
from rubricate.loading.including import include
from rubricate.loading.loaded import MAX_BYTES, Loaded
from rubricate.loading.rules_text_help import in_text_form
from rubricate.loading.source import Source
from rubricate.loading.structure import check_structure, kind_of
from rubricate.loading.surprises import mend
from rubricate.loading.yaml_syntax import read_tree
from rubricate.loading.yaml_tree import Mapping as MappingNode
from rubricate.model.location import Location
from rubricate.model.ruleset import Ruleset
from rubricate.registry import Registry

__all__ = ["load_ruleset", "load_text"]


def load_ruleset(path: Path, registry: Registry, *, instead: Mapping[str, str] | None = None) -> Loaded:
    """Reads a ruleset file, or `ruleset.yaml` of a folder; raises UsageError when there is none.

    `instead` are texts that stand in for the files of these paths: the ruleset itself, or what it includes.
    """
    file = path / "ruleset.yaml" if path.is_dir() else path
    if file.suffix == ".rules":
        raise UsageError(f'"{file}" holds rules only', help="name the YAML ruleset that includes it")
    if instead is not None and str(file) in instead:
        return _load(Source(str(file), instead[str(file)]), file, registry, instead)
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f'the ruleset "{file}" cannot be read: {error.strerror}') from error
    findings = Findings()
    if len(raw) > MAX_BYTES:
        findings.add("R006", f"the file is larger than {MAX_BYTES:,} bytes", Location(str(file), 1, 1))
        return Loaded(ruleset=None, problems=findings.sorted(str(file)))
    text = decode(raw)
    if isinstance(text, int):
        return _unreadable(str(file), raw, text)
    return _load(Source(str(file), text), file, registry, instead)


def load_text(text: str, name: str, registry: Registry) -> Loaded:
    """Reads a ruleset from a text that stands in for the file `name`; tables are looked for beside that file."""
    return _load(Source(name, text.removeprefix("\ufeff")), Path(name), registry)


def _unreadable(name: str, raw: bytes, offset: int) -> Loaded:
    """A file that is not UTF-8."""
    findings = Findings()
    start = raw.rfind(b"\n", 0, offset) + 1
    column = len(raw[start:offset].decode("utf-8", errors="replace")) + 1
    location = Location(name, raw.count(b"\n", 0, offset) + 1, column)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        message, location = "the file is UTF-16, not UTF-8", Location(name, 1, 1)
    else:
        message = f"the byte 0x{raw[offset]:02x} is not UTF-8"
    findings.add("R001", message, location, help="save the file as UTF-8")
    return Loaded(ruleset=None, problems=findings.sorted(name))


def _load(source: Source, file: Path, registry: Registry, instead: Mapping[str, str] | None = None) -> Loaded:
    findings = Findings()
    folder = RulesetFolder(file, findings, instead)
    root = read_tree(source, findings)
    ruleset: Ruleset | None = None
    if isinstance(root, MappingNode):
        mended = mend(root, source, findings)
        assert isinstance(mended, MappingNode)  # a mapping stays one
        included = include(mended, source, folder, findings)
        check_structure(included.root, findings)
        ruleset = build_ruleset(included.root, file, folder, registry, findings)
        ruleset = replace(ruleset, include=included.files)
    elif root is not None:
        message = f"a ruleset is a mapping, not {kind_of(root)}"
        findings.add("R012", message, root.location, help="begin with ruleset: NAME")
    sources = MappingProxyType({source.path: source.text, **folder.texts})
    problems = tuple(map(in_text_form, findings.sorted(source.path)))
    return Loaded(ruleset=ruleset, problems=problems, sources=sources, digests=folder.digests)
