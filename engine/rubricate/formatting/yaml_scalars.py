"""Single values as YAML: as their author wrote them, or from what they mean."""

from __future__ import annotations

import json
import re

from rubricate.formatting.expressions import WIDTH, breaks_of, canonical, wrap
from rubricate.loading.expression_text import single_quoted
from rubricate.loading.yaml_tree import Scalar, core_value

__all__ = ["double_quoted", "expression_lines", "is_written_in_yaml", "text_in_yaml", "verbatim_lines"]

_PLAIN = re.compile(r"[A-Za-z_][\w./-]*(?: [\w./-]+)*")
_TRUTH_WORDS = frozenset({"yes", "no", "on", "off", "y", "n"})
_SPECIAL = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_UNQUOTABLE = re.compile("[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_HEADER = re.compile(r"(?P<sign>[|>])(?P<rest>[-+0-9]*)")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def is_written_in_yaml(scalar: Scalar) -> bool:
    """Whether a value comes from a YAML file, so that its own letters can be kept."""
    return not scalar.source.path.endswith(".rules")


def text_in_yaml(scalar: Scalar, *, quoted: bool) -> str:
    """A value that was not written in YAML. `quoted` puts quotes around a text even where it could do without."""
    if not isinstance(scalar.value, str):
        return scalar.text or "null"
    text = scalar.text
    is_plain = _PLAIN.fullmatch(text) and isinstance(core_value(text), str) and text.lower() not in _TRUTH_WORDS
    if is_plain and not quoted:
        return text
    if ('"' in text or "\\" in text) and text.isprintable() and "'" not in text:
        return single_quoted(text)
    return double_quoted(text)


def double_quoted(text: str) -> str:
    """A text in double quotes, with escapes where YAML needs them.

    >>> print(double_quoted('a "b"\\n'))
    "a \\"b\\"\\n"
    """
    return _SPECIAL.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


def expression_lines(scalar: Scalar, indent: int, first: int, *, keep: bool = False) -> list[str] | None:
    """An expression in single quotes; the lines behind the first are indented. None where only escapes can hold it.

    `first` is the column at which it begins. `keep` leaves its form as it is.
    """
    text = scalar.text.strip() if keep else canonical(scalar.text)
    if _UNQUOTABLE.search(text):
        return None if is_written_in_yaml(scalar) else [double_quoted(text)]
    breaks = breaks_of(scalar, text)
    lines = wrap(text, WIDTH - first - 2, WIDTH - indent - 1, breaks)
    quoted = [line.replace("'", "''") for line in lines]
    quoted[0] = f"'{quoted[0]}"
    quoted[-1] += "'"
    return [quoted[0], *(" " * indent + line for line in quoted[1:])]


def verbatim_lines(scalar: Scalar, indent: int) -> list[str]:
    """A value as it is written in YAML, its further lines indented anew."""
    if scalar.style == "plain" and not scalar.text:
        return [""]
    written = scalar.source.text[scalar.start : scalar.end]
    lines = _LINE_BREAK.split(written)
    if scalar.style in ("literal", "folded"):
        return _block(scalar, lines, indent)
    pad = " " * indent
    found = [lines[0].rstrip(" \t") if len(lines) > 1 and scalar.style != "double" else lines[0]]
    for line in lines[1:]:
        kept = line.lstrip(" \t") if scalar.style == "double" else line.strip(" \t")
        found.append(pad + kept if kept else "")
    return found


def _block(scalar: Scalar, lines: list[str], indent: int) -> list[str]:
    """A literal or folded block."""
    header = _HEADER.match(lines[0])
    assert header is not None  # the style says so
    content = lines[1:]
    first = next((line for line in content if line.strip(" ")), "")
    keeps_spaces = any(sign.isdigit() for sign in header["rest"])
    inner = len(first) - len(first.lstrip(" "))
    if keeps_spaces:
        own = next((line for line in scalar.text.split("\n") if line.strip(" ")), "")
        inner -= len(own) - len(own.lstrip(" "))
    chomping = "".join(sign for sign in header["rest"] if not sign.isdigit())
    head = header["sign"] + ("2" if keeps_spaces else "") + chomping
    found = [" " * indent + line[inner:] if line.strip(" ") or len(line) > inner else "" for line in content]
    if chomping != "+":
        while found and not found[-1].strip(" "):
            found.pop()
    elif found and not found[-1]:
        found.pop()  # what stands behind the last line break
    return [head, *found]
