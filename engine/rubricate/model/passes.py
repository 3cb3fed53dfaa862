"""Preparation steps that need the whole dump, so the core does them itself before any unit is labelled."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["PASSES"]

PASSES: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "dedupe": {
            "description": (
                "Drops records that are equal to an earlier one, or whose image looks like its image, wherever in the "
                "dumps that one stands."
            ),
            "type": "object",
            "properties": {
                "by": {
                    "type": ["string", "array"],
                    "items": {"type": "string"},
                    "minItems": 1,
                    "description": "Fields whose equality makes a duplicate; all text fields unless said, or by text.",
                },
                "distance": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 16,
                    "description": (
                        "Of the one image field under by: in how many of 64 bits the perceptual hashes of two images "
                        "may differ; without it, equal bytes make a duplicate."
                    ),
                },
            },
            "additionalProperties": False,
        }
    }
)
"""Step -> JSON Schema of its options; its `description` says in a line what the step does."""
