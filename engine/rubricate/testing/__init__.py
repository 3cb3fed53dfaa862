"""The contract kit: tests that tell the author of a plugin what is wrong with it.

    import rubricate_shouting
    from rubricate.testing import MatcherSample, PluginContract

    class TestShouting(PluginContract):
        plugin = rubricate_shouting
        samples = [MatcherSample({"use": "shouting"}, hits=["[[BUY]] it [[NOW]]"], misses=["buy it now"])]

It needs the extra `testing` (hypothesis and pytest); importing it without them raises MissingExtraError, which says
how to get them. `check_plugin` gives the same answers as a list, without pytest's machinery.
"""

from rubricate.testing.contract import PluginContract, check_plugin
from rubricate.testing.faults import Fault
from rubricate.testing.samples import (
    CheckSample,
    CombinerSample,
    ExportSample,
    Hit,
    MatcherSample,
    NormaliserSample,
    PictureSample,
    ReadingSample,
    Sample,
    SourceSample,
    TransformSample,
)

__all__ = [
    "CheckSample",
    "CombinerSample",
    "ExportSample",
    "Fault",
    "Hit",
    "MatcherSample",
    "NormaliserSample",
    "PictureSample",
    "PluginContract",
    "ReadingSample",
    "Sample",
    "SourceSample",
    "TransformSample",
    "check_plugin",
]
