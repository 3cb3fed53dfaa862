"""What a ruleset means, a second time: slow, and as near to the words of the language as code can be.

Nothing here is compiled, indexed or remembered. Trees are read record by record, and each function stands for a
sentence of what the language says. Tests hold the engine against it; nobody labels a dump with it.
"""

from rubricate.reference.cascading import label
from rubricate.reference.results import (
    ReferenceDecision,
    ReferenceResult,
    ReferenceSpan,
    ReferenceVote,
)

__all__ = ["ReferenceDecision", "ReferenceResult", "ReferenceSpan", "ReferenceVote", "label"]
