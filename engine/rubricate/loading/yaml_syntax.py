"""What YAML cannot read, in words that help; where the meaning is plain, reading goes on behind it.

A value that YAML stops in the middle of is reported and covered by a text of the same length, so that everything
else keeps its place and the other problems of the file are found in the same run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ruamel.yaml.error import YAMLError
from ruamel.yaml.reader import ReaderError

from rubricate.loading.expression_text import EXPRESSION_KEYS, expression_end, single_quoted
from rubricate.loading.findings import Findings
from rubricate.loading.source import Source
from rubricate.loading.wording import quoted
from rubricate.loading.yaml_quoting import DOUBLED, is_condition, meant_condition, meant_pattern, meant_text
from rubricate.loading.yaml_simple import read_simple
from rubricate.loading.yaml_tree import Node, build_tree
from rubricate.model.codes import problem
from rubricate.model.location import Location
from rubricate.model.problem import Fix, Note, Problem

__all__ = ["read_tree"]

MAX_REPAIRS = 50
"""A file with more broken values than this is read no further; each one costs another pass."""

MAX_LINES_BACK = 500
"""How far up the beginning of a quote is looked for."""

_BLOCK = re.compile(r"(?P<lead>\s*(?:- +)*)(?:(?P<key>[\w.*-]+|\"[^\"]*\") *:[ \t]+)?(?P<value>\S.*?)\s*")
_FLOW_KEY = re.compile(r"(?:^|[{,])\s*(?P<key>[\w.-]+)\s*:\s+", re.MULTILINE)
_FLOW_QUOTE = re.compile(r"(?:[\[{,]|:\s)\s*(?P<quote>[\"'])")
_KEY_BEFORE = re.compile(r"(?P<key>[\w.-]+)\s*:\s+\Z")
_OPEN_QUOTE = re.compile(r"(?:.*?[:,{\[-]\s+|\s*)(?P<quote>[\"'])(?:(?!(?P=quote)).)*")
_NO_SPACE = re.compile(r"\s*(?:- +)*[\w.-]+(?P<colon>:)[^\s:/].*")


@dataclass(frozen=True, slots=True)
class _Broken:
    """A value that YAML cannot read as written: its problem, and what covers it."""

    problem: Problem
    start: int
    end: int
    inner: tuple[int, int]
    """Where the text stands that was meant."""


def read_tree(source: Source, findings: Findings) -> Node | None:
    """The file as nodes; None when nothing can be made of it, in which case a finding says why."""
    simple = read_simple(source)
    if simple is not None:
        return simple
    text = source.text
    covered: dict[int, tuple[int, int]] = {}
    for _ in range(MAX_REPAIRS):
        local = Findings()
        try:
            root = build_tree(source, text, local, covered.get)
        except (YAMLError, ValueError, OverflowError) as error:  # the latter: an escape beyond the last code point
            broken = _explain(source, text, error)
            if isinstance(broken, Problem):
                findings.take(local.sorted(source.path))
                findings.take([broken])
                return None
            findings.take([broken.problem])
            covered[broken.start] = broken.inner
            text = text[: broken.start] + "x" * (broken.end - broken.start) + text[broken.end :]
            continue
        findings.take(local.sorted(source.path))
        if root is None and not findings.errors:
            findings.add("R002", "the file is empty", source.location(0))
        return root
    return None


def _explain(source: Source, text: str, error: Exception) -> _Broken | Problem:
    """What is wrong; a broken value when reading can go on."""
    if isinstance(error, ReaderError):
        at = int(error.position)
        code = f"U+{ord(text[at]):04X}" if at < len(text) else "a character"
        help = "remove it, or write it as an escape in double quotes"
        return problem("R002", f"the control character {code} is not allowed", source.location(at), help=help)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return problem("R002", "an escape in double quotes means no character", source.location(0))
    context = getattr(error, "context_mark", None)
    at = min(int(mark.index), len(text))
    begin = at if context is None else int(context.index)
    message = str(getattr(error, "problem", ""))
    return _mend(source, text, message, at, begin) or _words(source, text, message, at, begin)


def _mend(source: Source, text: str, message: str, at: int, begin: int) -> _Broken | None:
    """A broken value whose meaning is plain."""
    if "unknown escape character" in message:
        return _escape(source, text, at, begin)
    if "expected ',' or '}'" in message or "expected ',' or ']'" in message:
        return _cut_in_flow(source, text, at, begin)
    found = _value_of_line(source, text, at)
    if found is None:
        return None
    key, start, end = found
    if "that cannot start any token" in message and start == at and text[at] not in "\t":
        words = f"YAML lets no value begin with {quoted(text[at])}"
        return _broken(source, "R002", words, key, start, end)
    if start < at < end and "mapping values are not allowed" in message:
        return _broken(source, "R017", "YAML takes the colon in this value for a key", key, start, end)
    if start < at < end and "expected <block end>" in message and _is_closed(text[start:at].rstrip()):
        if text[start] in "\"'":
            quote = start + len(text[start:at].rstrip()) - 1
            return _ended_by_quote(source, key, start, end, quote, is_expression=_is_expression(source, key, start))
        return _broken(source, "R017", "YAML ends this value at the closing bracket", key, start, end)
    return None


def _is_closed(text: str) -> bool:
    """Whether a text begins and ends with quotes or brackets that belong together."""
    pairs = {'"': '"', "'": "'", "[": "]", "{": "}"}
    return len(text) > 1 and pairs.get(text[0]) == text[-1]


def _broken(source: Source, code: str, message: str, key: str | None, start: int, end: int) -> _Broken:
    written = source.text[start:end]
    fixed = single_quoted(written)
    help = f"write {fixed}" if key is None else f"write {key}: {fixed}"
    location = source.location(start, end)
    certain = key == "pattern" or not _is_expression(source, key, start) or is_condition(written)
    help = help if certain else f"put all of the value into single quotes; {DOUBLED}"
    made = problem(code, message, location, help=help, fix=Fix.replacing(location, fixed) if certain else None)
    return _Broken(made, start, end, (start, end))


def _ended_by_quote(
    source: Source, key: str | None, start: int, end: int, quote: int, *, is_expression: bool
) -> _Broken:
    """A value that YAML ended at a quote that is part of it."""
    written = source.text[start:end]
    if key == "pattern":
        meant = meant_pattern(written)
    else:
        meant = meant_condition(written) if is_expression else meant_text(written)
    lead = "" if key is None else f"{key}: "
    whole = meant is not None and meant.start == 0
    message = (
        "YAML ends this value at the closing quote" if whole else "YAML ends this value here, at a quote inside it"
    )
    where = source.location(start, end) if whole else source.location(quote)
    if meant is None:
        help = f"put all of the value into single quotes; {DOUBLED}"
        return _Broken(problem("R017", message, where, help=help), start, end, (start, start))
    doubled = f"; {DOUBLED}" if "''" in meant.written else ""
    fix = Fix.replacing(source.location(start, end), meant.written) if meant.is_certain else None
    made = problem("R017", message, where, help=f"write {lead}{meant.written}{doubled}", fix=fix)
    return _Broken(made, start, end, (start + meant.start, start + meant.end))


def _is_expression(source: Source, key: str | None, start: int) -> bool:
    """Whether the value that begins at an offset is an expression, by its key or the one that it stands under."""
    if key is None or key in EXPRESSION_KEYS:
        return key is not None
    line = source.line_of(start)
    indent = _indent(source.line(line))
    for number in range(line - 1, max(0, line - MAX_LINES_BACK), -1):
        above = source.line(number)
        if above.strip() and not above.lstrip().startswith("#") and _indent(above) < indent:
            return above.split("#")[0].strip() == "let:"
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _value_of_line(source: Source, text: str, at: int) -> tuple[str | None, int, int] | None:
    """(key, start, end) of the value in the line of an offset; its key is None for an entry of a list."""
    line = source.line_of(at)
    begin, stop = source.line_start(line), source.line_end(line)
    found = _BLOCK.fullmatch(text, begin, stop)
    if found is None or (found["key"] is None and "- " not in found["lead"]):
        return None
    start = found.start("value")
    return found["key"], start, expression_end(text, start, stop, flow=False)


def _cut_in_flow(source: Source, text: str, at: int, begin: int) -> _Broken | None:
    """An expression in braces that YAML ended at a quote, comma or bracket."""
    line = source.line_of(min(at, len(text) - 1))
    first = max(source.line_start(line), begin)
    keys = [found for found in _FLOW_KEY.finditer(text, first, at) if found["key"] in EXPRESSION_KEYS]
    if not keys:
        return _quoted_in_flow(source, text, at, line, first)
    start = keys[-1].end()
    end = expression_end(text, start, source.line_end(line), flow=True)
    if not start < end or at > end or text[start:end].strip("x") == "":
        return _quoted_in_flow(source, text, at, line, first)
    if text[start] in "\"'" and text[:at].rstrip()[-1:] == text[start] and len(text[:at].rstrip()) - 1 > start:
        quote = len(text[:at].rstrip()) - 1
        return _ended_by_quote(source, keys[-1]["key"], start, end, quote, is_expression=True)
    return _broken(source, "R017", "YAML ends this value before its end", keys[-1]["key"], start, end)


def _quoted_in_flow(source: Source, text: str, at: int, line: int, first: int) -> _Broken | None:
    """A text in brackets or braces that YAML ended at a quote inside it: `[it's: 'It's here']`."""
    closing = len(text[:at].rstrip()) - 1
    sign = text[closing : closing + 1]
    if sign not in ("'", '"'):
        return None
    begins = [found.start("quote") for found in _FLOW_QUOTE.finditer(text, first, closing) if found["quote"] == sign]
    stop = source.line_end(line)
    end = re.compile(rf"{sign}(?=\s*(?:[,\]}}]|\Z))").search(text, at, stop)
    if not begins or end is None:
        return None
    return _ended_by_quote(source, None, begins[-1], end.end(), closing, is_expression=False)


def _escape(source: Source, text: str, at: int, begin: int) -> _Broken | None:
    """A pattern in double quotes, where YAML wants to resolve its backslashes."""
    end = begin + 1
    stop = source.line_end(source.line_of(begin))
    while end < stop and text[end] != '"':
        end += 2 if text[end] == "\\" else 1
    if end >= stop:
        return None
    inner = (begin + 1, end)
    message = f'"{text[at - 1 : at + 1]}" is no escape of YAML, which resolves backslashes in double quotes'
    key = _KEY_BEFORE.search(text[source.line_start(source.line_of(begin)) : begin])
    lead = "" if key is None else f"{key['key']}: "
    help = f"write {lead}{single_quoted(source.text[inner[0] : inner[1]])}"
    fixed = single_quoted(source.text[inner[0] : inner[1]])
    fix = Fix.replacing(source.location(begin, end + 1), fixed)
    return _Broken(problem("R018", message, source.location(at - 1, at + 1), help=help, fix=fix), begin, end + 1, inner)


def _words(source: Source, text: str, message: str, at: int, begin: int) -> Problem:
    """The problem for everything else."""
    here, there = source.location(min(at, max(0, len(text) - 1))), source.location(begin)
    if "'\\t'" in message:
        return problem("R002", "a tab stands where YAML wants spaces", here, help="write spaces")
    if "quoted scalar" in message or "unexpected end of stream" in message or "document separator" in message:
        quote = text[begin : begin + 1]
        help = f"add {quote} at the end of the value" if quote in ("'", '"') else None
        return problem("R002", "the quote that begins here is never closed", there, help=help)
    if "expected ',' or" in message:
        kind = "mapping" if "'}'" in message else "list"
        note = Note(there, f"the {kind} begins here")
        sign = "}" if kind == "mapping" else "]"
        return problem("R002", f'a comma or "{sign}" is missing before this', here, notes=(note,))
    if "could not find expected ':'" in message:
        help = "write key: value, or put a text of several lines into quotes"
        missing = _missing_space(source, text, source.line_of(begin))
        if missing is not None:
            return problem("R002", "a space is missing after the colon", missing)
        return problem("R002", "this line has no colon", there, help=help)
    if "mapping values are not allowed" in message:
        missing = _missing_space(source, text, source.line_of(at) - 1)
        if missing is not None:
            return problem("R002", "a space is missing after the colon", missing)
    if "expected <block end>" in message and (unclosed := _open_quote(source, text, at)) is not None:
        return problem("R002", "the quote that begins here is not closed in its line", unclosed)
    if "mapping values are not allowed" in message or "expected <block end>" in message:
        notes = (Note(there, "what it belongs to begins here"),) if begin != at else ()
        words = "this line is indented differently from those that it belongs to"
        return problem("R002", words, here, notes=notes, help="let keys of one mapping begin in one column")
    if "expected a comment or a line break" in message:
        help = "begin the text on the next line, indented, or put all of the value into single quotes"
        words = f"what {quoted(text[begin : begin + 1])} begins stands on the next lines"
        return problem("R002", words, here, help=help)
    if "cannot start any token" in message:
        return problem("R002", f"YAML lets no value begin with {quoted(text[at : at + 1])}", here)
    if "sequence entries are not allowed" in message:
        return problem("R002", "a list cannot begin here", here, help="begin it on the next line, indented")
    if "expected the node content" in message or "did not find expected" in message:
        return problem("R002", "a value is missing before this", here)
    return problem("R002", f"YAML cannot be read here: {message or 'unknown mistake'}", here)


def _missing_space(source: Source, text: str, line: int) -> Location | None:
    """The colon of `key:value`, which YAML takes for a text that goes on in the next line."""
    found = _NO_SPACE.match(text, source.line_start(line), source.line_end(line)) if line > 0 else None
    return None if found is None else source.location(found.start("colon"))


def _open_quote(source: Source, text: str, at: int) -> Location | None:
    """The quote that YAML closed right before `at`, when it was opened in an earlier line."""
    line = source.line_of(at)
    quote = text[source.line_start(line) : at].rstrip()[-1:]
    if not quote or quote not in "\"'":
        return None
    for number in range(line - 1, max(0, line - MAX_LINES_BACK), -1):
        found = _OPEN_QUOTE.fullmatch(text, source.line_start(number), source.line_end(number))
        if found is not None and found["quote"] == quote:
            return source.location(found.start("quote"))
    return None
