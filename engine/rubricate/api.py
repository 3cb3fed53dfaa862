"""The one module that a plugin imports."""

from rubricate.errors import MissingExtraError, PluginError, RecordError, UsageError
from rubricate.hookspecs import hookimpl
from rubricate.model.descriptors import (
    Check,
    Combiner,
    Cost,
    Export,
    Literal,
    MatcherKind,
    Normaliser,
    OptionError,
    RawRecord,
    Scanner,
    Slice,
    Source,
    SourceReader,
    Transform,
    Unreadable,
)
from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.model.offsets import OffsetMap
from rubricate.model.per_text import Place, per_text
from rubricate.model.ruleset import MatcherSpec
from rubricate.model.table import Row, Table
from rubricate.model.wider import Wider
from rubricate.storage.flattening import FLAT_OPTIONS, FieldKind, FlatRow, Layout, flatten, name_columns
from rubricate.storage.streams import ByteStream, open_stream
from rubricate.texts.dates import possible_dates
from rubricate.texts.searching import PatternSet, make_pattern_set

__all__ = [
    "FLAT_OPTIONS",
    "ByteStream",
    "Check",
    "Combiner",
    "Cost",
    "Document",
    "Export",
    "FieldKind",
    "FlatRow",
    "Layout",
    "Literal",
    "Match",
    "MatcherKind",
    "MatcherSpec",
    "MissingExtraError",
    "Normaliser",
    "OffsetMap",
    "OptionError",
    "PatternSet",
    "Place",
    "PluginError",
    "RawRecord",
    "RecordError",
    "Row",
    "Scanner",
    "Slice",
    "Source",
    "SourceReader",
    "Table",
    "Transform",
    "Unreadable",
    "UsageError",
    "Wider",
    "flatten",
    "hookimpl",
    "make_pattern_set",
    "name_columns",
    "open_stream",
    "per_text",
    "possible_dates",
]
