"""The one module that a plugin imports."""

from rubricate.errors import MissingExtraError, PluginError, RecordError, RunError, RunPausedError, UsageError
from rubricate.hookspecs import hookimpl
from rubricate.model.boxes import SAME_BOX, Box, box_of, overlap_of, run_of
from rubricate.model.descriptors import (
    CastVotes,
    Check,
    Combiner,
    Cost,
    Export,
    FittedCombine,
    Fitting,
    Lesson,
    Literal,
    Literals,
    MatcherKind,
    Normaliser,
    OptionError,
    RawRecord,
    RuleVote,
    Scanner,
    Slice,
    Source,
    SourceReader,
    Trained,
    Trainer,
    Transform,
    Unreadable,
)
from rubricate.model.document import Document
from rubricate.model.match import Match
from rubricate.model.offsets import OffsetMap
from rubricate.model.per_text import Place, per_text
from rubricate.model.picture import Picture
from rubricate.model.ruleset import LabelWords, MatcherSpec, Section
from rubricate.model.run_context import Responses, RunContext, Spend, current_run
from rubricate.model.table import Row, Table
from rubricate.model.texts_of import texts_of
from rubricate.model.wider import Wider
from rubricate.neural.folders import check_config, read_config
from rubricate.neural.loading import ModelLoadError, load_network, load_part, need_torch, settled, torch_device
from rubricate.neural.weights import PICKLED, find_safetensors
from rubricate.pictures.likeness import likeness_of
from rubricate.pictures.opening import open_picture
from rubricate.storage.flattening import FLAT_OPTIONS, FieldKind, FlatRow, Layout, flatten, name_columns
from rubricate.storage.named_folders import IN_PACKAGE, named_folder, package_folder
from rubricate.storage.streams import ByteStream, open_stream
from rubricate.texts.dates import possible_dates
from rubricate.texts.repeating import check_repeats
from rubricate.texts.searching import Locate, PatternSet, make_locate, make_pattern_set

__all__ = [
    "FLAT_OPTIONS",
    "IN_PACKAGE",
    "PICKLED",
    "SAME_BOX",
    "Box",
    "ByteStream",
    "CastVotes",
    "Check",
    "Combiner",
    "Cost",
    "Document",
    "Export",
    "FieldKind",
    "FittedCombine",
    "Fitting",
    "FlatRow",
    "LabelWords",
    "Layout",
    "Lesson",
    "Literal",
    "Literals",
    "Locate",
    "Match",
    "MatcherKind",
    "MatcherSpec",
    "MissingExtraError",
    "ModelLoadError",
    "Normaliser",
    "OffsetMap",
    "OptionError",
    "PatternSet",
    "Picture",
    "Place",
    "PluginError",
    "RawRecord",
    "RecordError",
    "Responses",
    "Row",
    "RuleVote",
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
    "Trained",
    "Trainer",
    "Transform",
    "Unreadable",
    "UsageError",
    "Wider",
    "box_of",
    "check_config",
    "check_repeats",
    "current_run",
    "find_safetensors",
    "flatten",
    "hookimpl",
    "likeness_of",
    "load_network",
    "load_part",
    "make_locate",
    "make_pattern_set",
    "name_columns",
    "named_folder",
    "need_torch",
    "open_picture",
    "open_stream",
    "overlap_of",
    "package_folder",
    "per_text",
    "possible_dates",
    "read_config",
    "run_of",
    "settled",
    "texts_of",
    "torch_device",
]
