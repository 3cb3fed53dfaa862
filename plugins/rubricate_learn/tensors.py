"""Reads and writes numbers in the form of safetensors: a header of JSON, and the bytes; nothing in it can be run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["read_tensors", "write_tensors"]

ALIGNED = 8


def write_tensors(tensors: Mapping[str, Any]) -> bytes:
    """Arrays of 32-bit floats as the bytes of a safetensors file, in the order of their names."""
    import numpy

    header: dict[str, object] = {}
    parts: list[bytes] = []
    end = 0
    for name in sorted(tensors):
        array = numpy.ascontiguousarray(tensors[name], dtype="<f4")
        content = array.tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [end, end + len(content)]}
        end += len(content)
        parts.append(content)
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % ALIGNED)
    return b"".join([len(head).to_bytes(8, "little"), head, *parts])


def read_tensors(content: bytes) -> dict[str, Any]:
    """The arrays of a file that `write_tensors` wrote; raises ValueError for any other."""
    import numpy

    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or length > len(content) - 8:
        raise ValueError("the header is longer than the file")
    found: dict[str, Any] = {}
    for name, told in json.loads(content[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        begin, end = told["data_offsets"]
        if told["dtype"] != "F32" or not 0 <= begin <= end <= len(content) - 8 - length:
            raise ValueError(f'the numbers of "{name}" are of another kind, or not all there')
        body = content[8 + length + begin : 8 + length + end]
        found[name] = numpy.frombuffer(body, dtype="<f4").reshape(told["shape"])
    return found
