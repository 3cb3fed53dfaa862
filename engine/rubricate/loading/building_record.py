"""The guideline, the record and its preparation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rubricate.loading.files import RulesetFolder
from rubricate.loading.findings import Findings
from rubricate.loading.guidelines import read_sections
from rubricate.loading.missing import report_missing
from rubricate.loading.options import check_options
from rubricate.loading.reading import flag, items, mapping, scalar, text, texts
from rubricate.loading.wording import did_you_mean, quoted
from rubricate.loading.words_apart import sayable_name
from rubricate.loading.yaml_tree import Mapping, Node, Scalar, plain
from rubricate.model.passes import PASSES
from rubricate.model.problem import Note
from rubricate.model.ruleset import DEFAULT_TEXTS, DerivedField, Guideline, MetaField, RecordSchema, Step
from rubricate.registry import Registry
from rubricate.texts.patterns import SLASHED, compile_slashed

__all__ = ["build_guideline", "build_prepare", "build_record"]

_ASKABLE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_FIELD_TYPES = ("text", "number", "enum", "date", "list", "boolean")


def build_guideline(node: Node | None, folder: RulesetFolder, findings: Findings) -> Guideline | None:
    """The guideline with its sections; without sections when its file cannot be read."""
    declared = mapping(node)
    if declared is None:
        return None
    id, version, file = text(declared.get("id")), scalar(declared.get("version")), scalar(declared.get("file"))
    if id is None or version is None:
        return None
    source = None if file is None else folder.read(file.text, file.location, code="R046")
    if source is not None:
        folder.texts[source.path] = source.text
    sections = {} if source is None else read_sections(source, version, findings)
    return Guideline(
        id=id,
        version=version.text,
        file=None if file is None else file.text,
        sections=sections,
        location=declared.location,
    )


def build_record(node: Node | None, findings: Findings) -> RecordSchema:
    """How a record is read."""
    declared = mapping(node)
    if declared is None:
        return RecordSchema()
    fields = texts(declared.get("text"))
    meta = mapping(declared.get("meta"))
    found = {} if meta is None else {key.text: _meta(key, value, findings) for key, value in meta.own()}
    images = texts(declared.get("image"))
    _check_names((*fields, *images), meta, findings)
    id = text(declared.get("id"))
    names = tuple(dict.fromkeys(each.text for each in fields))
    shown = tuple(dict.fromkeys(each.text for each in images))
    read = names or _without(shown)
    known = [*(DEFAULT_TEXTS if read is None else read), *shown, *found, id or "id"]
    places = _places(mapping(declared.get("fields")), known, findings)
    findings.unsayable = {name: sayable_name(name) for name in (*names, *found) if not _ASKABLE.fullmatch(name)}
    for key in images:
        _check_askable(key, findings)
    for key in () if meta is None else (key for key, _ in meta.own()):
        _check_askable(key, findings)
    return RecordSchema(
        id=id,
        text=read,
        image=shown,
        meta={name: each for name, each in found.items() if each is not None},
        derive=_derived(mapping(declared.get("derive")), read, meta, findings),
        fields=places,
    )


def _without(images: tuple[str, ...]) -> tuple[str, ...] | None:
    """The text fields of a record that names none, whose images stand in some that are read as texts otherwise."""
    taken = set(images).intersection(DEFAULT_TEXTS)
    return tuple(name for name in DEFAULT_TEXTS if name not in taken) if taken else None


def _places(node: Mapping | None, known: Sequence[str], findings: Findings) -> dict[str, str]:
    """Field, as rules call it -> where it stands in a record."""
    found: dict[str, str] = {}
    for key, value in [] if node is None else node.own():
        declared = mapping(value)
        place = None if declared is None else text(declared.get("from"))
        if key.text not in known:
            message = f"{quoted(key.text)} is no text field, no image field, no metadata and no id of the record"
            help = did_you_mean(key.text, known, "fields")
            if help is None or not help.startswith("did you mean"):
                help = f"name it under text, or as meta: {{{key.text}: {{type: text}}}}"
            findings.add("R026", message, key.location, help=help)
        elif place is not None:
            found[key.text] = place
    return found


def _check_askable(key: Scalar, findings: Findings) -> None:
    """Metadata and images are there to be asked, so they need names that a condition can say."""
    if not _ASKABLE.fullmatch(key.text):
        name = sayable_name(key.text)
        message = f"conditions cannot ask a field that is called {quoted(key.text)}"
        help = f'call it {name}, and add fields: {{{name}: {{from: "{key.text}"}}}}'
        findings.add("R013", message, key.location, help=help)


def _derived(
    node: Mapping | None, fields: tuple[str, ...] | None, meta: Mapping | None, findings: Findings
) -> dict[str, DerivedField]:
    """The fields that are cut out of text fields."""
    found: dict[str, DerivedField] = {}
    known = DEFAULT_TEXTS if fields is None else fields
    for key, value in [] if node is None else node.own():
        declared = mapping(value)
        source = None if declared is None else scalar(declared.get("from"))
        pattern = None if declared is None else scalar(declared.get("pattern"))
        if key.text in known or (meta is not None and meta.get(key.text) is not None):
            findings.add("R034", f"the record has a field {quoted(key.text)} already", key.location)
        elif source is not None and source.text not in known:
            message = f"{quoted(source.text)} is no text field of the record"
            findings.add("R026", message, source.location, help=did_you_mean(source.text, known, "fields"))
        elif source is not None and pattern is not None and _is_pattern(pattern, findings):
            found[key.text] = DerivedField(
                name=key.text, source=source.text, pattern=pattern.text, location=key.location
            )
    return found


def _is_pattern(pattern: Scalar, findings: Findings) -> bool:
    if SLASHED.fullmatch(pattern.text) is None:
        help = f"write pattern: '/{pattern.text}/'"
        findings.add("R013", f"{quoted(pattern.text)} is no pattern between slashes", pattern.location, help=help)
        return False
    try:
        compile_slashed(pattern.text)
    except ValueError as error:
        findings.add("R028", str(error), pattern.location)
        return False
    return True


def _check_names(fields: tuple[Scalar, ...], meta: Mapping | None, findings: Findings) -> None:
    """A field is one text field or one metadata field."""
    first: dict[str, Scalar] = {}
    for each in (*fields, *(key for key, _ in ([] if meta is None else meta.own()))):
        if first.setdefault(each.text, each) is not each:
            note = Note(first[each.text].location, "it stands here first")
            findings.add("R034", f"the field {quoted(each.text)} stands twice", each.location, notes=(note,))


def _meta(key: Scalar, node: Node, findings: Findings) -> MetaField | None:
    declared = mapping(node)
    kind = None if declared is None else text(declared.get("type"))
    if declared is None or kind not in _FIELD_TYPES:
        return None
    values = texts(declared.get("values"))
    if kind == "enum" and declared.get("values") is None:
        help = "add values: [..]"
        findings.add("R011", f'field {quoted(key.text)} lacks "values"', declared.location, help=help)
    misplaced = declared.key("values")
    if kind != "enum" and misplaced is not None:
        message = f"only an enum has values, and {quoted(key.text)} is not one"
        findings.add("R013", message, misplaced.location, help="write type: enum, or remove the values")
    return MetaField(
        name=key.text,
        type=kind,  # type: ignore[arg-type]  # one of _FIELD_TYPES, as checked above
        values=tuple(each.text for each in values) if kind == "enum" else (),
        required=flag(declared.get("required")),
        missing=tuple(each.value for each in items(declared.get("missing")) if isinstance(each, Scalar)),
        location=key.location,
    )


def build_prepare(node: Node | None, registry: Registry, findings: Findings) -> tuple[Step, ...]:
    """The preparation steps, in order."""
    steps: list[Step] = []
    for declared in filter(None, map(mapping, items(node))):
        use = scalar(declared.get("use"))
        if use is None:
            continue
        transform = registry.transforms.get(use.text)
        schema = PASSES.get(use.text, transform.options if transform is not None else None)
        if schema is None:
            report_missing("transforms", use.text, use.location, registry, findings, beside=PASSES)
            continue
        given = {key: value for key, value in declared.own() if key.text != "use"}
        check_options(given, schema, f"step {quoted(use.text)}", declared, findings)
        options = {key.text: plain(value) for key, value in given.items()}
        steps.append(Step(use=use.text, options=options, location=declared.location))
    return tuple(steps)
