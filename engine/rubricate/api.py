"""The one module that a plugin imports."""

from rubricate.errors import MissingExtraError, PluginError, RecordError, RunError, RunPausedError, UsageError
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
from rubricate.model.ruleset import LabelWords, MatcherSpec, Section
from rubricate.model.run_context import Responses, RunContext, Spend, current_run
from rubricate.model.table import Row, Table
from rubricate.model.wider import Wider
from rubricate.storage.flattening import FLAT_OPTIONS, FieldKind, FlatRow, Layout, flatten, name_columns
from rubricate.storage.streams import ByteStream, open_stream
from rubricate.texts.dates import possible_dates
from rubricate.texts.searching import Locate, PatternSet, make_locate, make_pattern_set

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
    "LabelWords",
    "Layout",
    "Literal",
    "Locate",
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
    "Responses",
    "Row",
    "RunContext",
    "RunError",
    "RunPausedError",
    "Scanner",
    "Section",
    "Slice",
    "Source",
    "SourceReader",
    "Spend",
    "Table",
    "Transform",
    "Unreadable",
    "UsageError",
    "Wider",
    "current_run",
    "flatten",
    "hookimpl",
    "make_locate",
    "make_pattern_set",
    "name_columns",
    "open_stream",
    "per_text",
    "possible_dates",
]
