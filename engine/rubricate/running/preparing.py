"""From a raw record to a document: id, text fields, clean texts, typed metadata; or the reason why not."""

from __future__ import annotations

import datetime
import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import orjson

from rubricate.errors import PluginError, RecordError
from rubricate.model.descriptors import RawRecord
from rubricate.model.document import NO_PICTURES, NOTHING_READ, Document
from rubricate.model.offsets import OffsetMap
from rubricate.model.picture import Picture
from rubricate.model.places import find_obstacle, value_at
from rubricate.model.ruleset import MetaField
from rubricate.pictures.likeness import likeness_of
from rubricate.planning.plan import Plan
from rubricate.running.picturing import PictureReader, folder_of
from rubricate.texts.patterns import compile_slashed

__all__ = ["Preparer"]

SECONDS = 2.0
"""How long the pattern of a derived field may look at one text."""
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
"""A number that is written as a text. What Python reads besides (`nan`, `1_000`) is none."""


class Preparer:
    """Prepares records as a plan says."""

    def __init__(
        self,
        plan: Plan,
        *,
        output_key: str = "rubricate",
        relabel: bool = False,
        images: Path | None = None,
        looks: bool = True,
    ) -> None:
        """`images` is the folder of the images of records that come from nowhere; None: the current one.

        `looks`: whether images are opened; where only texts are wanted, they are not.
        """
        schema = plan.ruleset.record
        self._plan = plan
        self._images = PictureReader(plan, images or Path()) if schema.image and looks else None
        reading = {step for step, *_ in plan.readers}
        steps = [step.use for step in plan.ruleset.prepare if step.use != "dedupe" and step.use not in reading]
        self._rewrites = tuple(zip(steps, plan.prepare, strict=True))
        self._id = schema.place(schema.id or "id")
        self._declared_id = schema.id is not None
        self._fields = schema.texts
        self._read = {name: _reader(schema.place(name)) for name in (*self._fields, *schema.meta)}
        self._read_id = _reader(self._id)
        self._texts = tuple((name, self._read[name]) for name in self._fields)
        self._places = {name: schema.place(name) for name in self._fields if schema.place(name) != name}
        self._meta = tuple((field, self._read[field.name]) for field in schema.meta.values())
        patterns = [(each, compile_slashed(each.pattern)) for each in schema.derive.values()]
        self._derived = [
            (each.name, each.source, pattern, "it" if "it" in pattern.groupindex else 0) for each, pattern in patterns
        ]
        self._output_key = output_key
        self._relabel = relabel

    @property
    def fields(self) -> Sequence[str]:
        """The text fields, in reading order."""
        return self._fields

    @property
    def seconds(self) -> Mapping[str, float]:
        """Step that reads texts out of images -> time spent in it so far."""
        return {} if self._images is None else self._images.seconds

    @property
    def readings(self) -> tuple[int, int]:
        """How many texts were read out of images so far, and how many were wanted."""
        return (0, 0) if self._images is None else self._images.readings

    def identify(self, record: RawRecord) -> str:
        """The record's own id, or one made from its content."""
        found = self._read_id(record.fields)
        if isinstance(found, str) and found:
            return found
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        if self._declared_id:
            raise RecordError("id", f'the id field "{self._id}" is missing or no text or whole number')
        return "c-" + hashlib.sha256(record.raw).hexdigest()[:16]

    def content(self, record: RawRecord, fields: Sequence[str]) -> bytes | None:
        """A digest of 16 bytes of what makes two records duplicates: the named fields, or all text fields.

        None for a record that has none of them, as what is missing twice is not the same; and for one that is blank or
        is going to be quarantined, since no other may be dropped in its favour.
        """
        try:
            values = [self._value(record.fields, name) for name in fields or self._fields]
            if self._images is not None:
                values = self._with_images(record, values, fields)
        except RecordError:
            return None
        if all(value is None for value in values) or not self._goes_on(record):
            return None
        return hashlib.blake2b(orjson.dumps(values), digest_size=16).digest()

    def look(self, record: RawRecord, field: str) -> tuple[bytes | None, int | None]:
        """What makes two records near duplicates: a digest of 16 bytes of an image's bytes, and its likeness.

        None for a record that has no such image, or is going to be quarantined. An image without a likeness only has
        equal ones.
        """
        try:
            document = self.prepare(record, id=self.identify(record), ordinal=0, reads=False)
            picture = document.pictures.get(field)
            return (None, None) if picture is None else (bytes.fromhex(picture.digest)[:16], likeness_of(picture))
        except (PluginError, RecordError):
            return None, None

    def _with_images(self, record: RawRecord, values: list[object], fields: Sequence[str]) -> list[object]:
        """The values, with the digest of its bytes in place of what leads to an image; of no fields, all images."""
        assert self._images is not None
        wanted = [name for name in self._images.fields if not fields or name in fields]
        digests = self._images.digests(record.fields, folder_of(record), wanted) if wanted else {}
        if not fields:
            return [*values, *(digests.get(name) for name in wanted)]
        return [digests.get(name) if name in wanted else value for name, value in zip(fields, values, strict=True)]

    def _value(self, fields: Mapping[str, object], name: str) -> object:
        read = self._read.get(name)
        return value_at(fields, self._plan.ruleset.record.place(name)) if read is None else read(fields)

    def _goes_on(self, record: RawRecord) -> bool:
        """Whether a record is neither blank nor refused, told as it will be when its turn comes: by its clean texts."""
        try:
            document = self.prepare(record, id=self.identify(record), ordinal=0, reads=False)
        except (PluginError, RecordError):
            return False
        return bool(document.pictures) or any(text and not text.isspace() for text in document.clean.values())

    def prepare(
        self,
        record: RawRecord,
        *,
        id: str,
        ordinal: int,
        reads: bool = True,
        known: Mapping[str, str] = NOTHING_READ,
    ) -> Document:
        """The document of a record; raises RecordError with the reason that it is quarantined under.

        `reads`: whether texts are read out of its images; `known`: text field -> what was read for it before.
        """
        if self._output_key in record.fields and not self._relabel:
            raise RecordError("already_labelled", f'it has a key "{self._output_key}" already; --relabel replaces it')
        folder = None if self._images is None else folder_of(record)
        return self.document(record.fields, id=id, ordinal=ordinal, images=folder, reads=reads, known=known)

    def document(
        self,
        fields: Mapping[str, object],
        *,
        id: str,
        ordinal: int = 0,
        lenient: bool = False,
        images: Path | None = None,
        reads: bool = True,
        known: Mapping[str, str] = NOTHING_READ,
    ) -> Document:
        """The document of an object's fields. `lenient` forgives missing fields, as examples may leave them out.

        `images` is the folder that the images of this one stand in.
        """
        clean: dict[str, str] = {}
        maps: dict[str, OffsetMap] = {}
        pictures, made = NO_PICTURES, NOTHING_READ
        if self._images is not None:
            pictures = self._images.pictures(fields, images, lenient=lenient)
            made = self._made(pictures, fields, id, known, lenient=lenient) if pictures and reads else made
        for name, read in self._texts:
            value = read(fields)
            if value is None:
                value = fields.get(name) if lenient else None
                if value is None:
                    value = made.get(name)
                if value is None:
                    continue
            if not isinstance(value, str):
                raise RecordError("type", f'the field "{self._shown(name)}" is {_kind(value)}, a text is wanted')
            clean[name] = self._clean(name, value, maps, id) if self._rewrites else value
        if not clean and not lenient and not pictures:
            raise RecordError("no_text", self._lacks())
        meta = self._read_meta(fields, lenient=lenient) if self._meta else {}
        regions = self._regions(clean) if self._derived else {}
        return Document(
            id=id,
            ordinal=ordinal,
            original=fields,
            clean=clean,
            maps=maps,
            meta=meta,
            fold=self._plan.fold,
            regions=regions,
            places=self._places,
            pictures=pictures,
            read=made,
        )

    def _made(
        self,
        pictures: Mapping[str, Picture],
        fields: Mapping[str, object],
        id: str,
        known: Mapping[str, str],
        *,
        lenient: bool,
    ) -> Mapping[str, str]:
        """What is read in images, for the text fields that the object lacks."""
        assert self._images is not None
        lacking = {
            name for name, read in self._texts if read(fields) is None and (not lenient or fields.get(name) is None)
        }
        return self._images.texts(pictures, id, lacking, known)

    def _lacks(self) -> str:
        """That a record has nothing that rules look at."""
        texts = ", ".join(map(self._shown, self._fields))
        if self._images is None:
            return f"it has none of the text fields {texts}"
        place = self._plan.ruleset.record.place
        images = f"it has none of the image fields {', '.join(map(place, self._images.fields))}"
        return f"{images} or text fields {texts}" if texts else images

    def _shown(self, name: str) -> str:
        """A text field as the record calls it, so that its owner finds it."""
        return self._places.get(name, name)

    def _regions(self, clean: Mapping[str, str]) -> dict[str, tuple[str, int, int]]:
        """Where the derived fields stand; an empty one is not there."""
        found: dict[str, tuple[str, int, int]] = {}
        for name, source, pattern, group in self._derived:
            try:
                match = pattern.search(clean.get(source, ""), timeout=SECONDS)
            except TimeoutError:
                raise RecordError(
                    "regex_timeout", f'the pattern of the derived field "{name}" takes too long'
                ) from None
            if match is not None and match.end(group) > match.start(group):
                found[name] = (source, match.start(group), match.end(group))
        return found

    def _clean(self, name: str, text: str, maps: dict[str, OffsetMap], id: str) -> str:
        """The text that rules see of a field; what a transform raises names it and the record."""
        for plugin, rewrite in self._rewrites:
            try:
                answer = rewrite(text)
            except (Exception, SystemExit) as error:  # foreign code may raise anything
                raise PluginError(plugin, f"{type(error).__name__}: {error}", record=id) from error
            match answer:
                case None:
                    continue
                case (str(new), OffsetMap() as offsets):
                    text = new
                    maps[name] = maps[name].then(offsets) if name in maps else offsets
                case _:
                    raise PluginError(plugin, "gave something else than a text and an offset map", record=id)
        return text

    def _read_meta(self, fields: Mapping[str, object], *, lenient: bool) -> dict[str, object]:
        meta: dict[str, object] = {}
        for field, read in self._meta:
            value = read(fields)
            if value is None and lenient:
                value = fields.get(field.name)
            if value is None or value in field.missing:
                if field.required and not lenient:
                    raise RecordError("missing_field", f'the required field "{field.name}" is not given')
                continue
            meta[field.name] = READERS[field.type](value, field)
        return meta


def _reader(place: str) -> Callable[[Mapping[str, object]], object]:
    """What reads the value at a place; it raises RecordError where a list or a text is in the way to it."""
    if "." not in place:
        return lambda fields: fields.get(place)

    def read(fields: Mapping[str, object]) -> object:
        found = value_at(fields, place)
        if found is None:
            obstacle = find_obstacle(fields, place)
            if obstacle is not None:
                where, value = obstacle
                kind = "a list, whose parts have no names" if isinstance(value, list) else _kind(value)
                raise RecordError("type", f'the field "{where}" is {kind}, so there is no "{place}" in it')
        return found

    return read


def _text(value: object, field: MetaField) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _wrong(value, field, "a text")


def _number(value: object, field: MetaField) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        number = float(value)
        if math.isfinite(number):
            return number
    raise _wrong(value, field, "a number")


def _enum(value: object, field: MetaField) -> object:
    if value not in field.values:
        raise RecordError("enum", f'the field "{field.name}" is {_show(value)}, not one of {", ".join(field.values)}')
    return value


def _date(value: object, field: MetaField) -> object:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.datetime.fromisoformat(value).date()  # type: ignore[arg-type]  # what is no text raises TypeError
    except (TypeError, ValueError):
        raise _wrong(value, field, "a date such as 2026-01-31") from None


def _list(value: object, field: MetaField) -> object:
    if not isinstance(value, list):
        raise _wrong(value, field, "a list")
    return value


def _boolean(value: object, field: MetaField) -> object:
    if not isinstance(value, bool):
        raise _wrong(value, field, "true or false")
    return value


READERS: Mapping[str, Callable[[object, MetaField], object]] = {
    "text": _text, "number": _number, "enum": _enum, "date": _date, "list": _list, "boolean": _boolean,
}  # fmt: skip


def _wrong(value: object, field: MetaField, wanted: str) -> RecordError:
    return RecordError("type", f'the field "{field.name}" is {_show(value)}, {wanted} is wanted')


def _show(value: object) -> str:
    return f'"{value[:40]}"' if isinstance(value, str) else _kind(value)


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "of no kind that JSON has")
