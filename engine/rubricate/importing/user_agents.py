"""regexes.yaml of uap-core: ordered patterns that tell the browser, the system and the device of a user agent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rubricate.errors import UsageError
from rubricate.importing.imported import Imported, Remark, Wishes
from rubricate.importing.patterns import compile_quietly, one_line, why_not
from rubricate.importing.reading import Fields, entries, read_yaml
from rubricate.importing.writing import example_text, is_writable, json_lines, scalar, table_text

__all__ = ["PARTS", "import_user_agents"]

MOST_HITS = 6
REFERENCE = re.compile(r"\$([0-9]?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one of the file's lists tells."""

    label: str
    table: str
    columns: Mapping[str, tuple[str, int | None]]
    """Column -> (key of an entry, the group that stands there when an entry lacks it)."""


PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "user_agent_parsers": Part(
            label="browser",
            table="browsers",
            columns={
                "family": ("family_replacement", 1),
                "major": ("v1_replacement", 2),
                "minor": ("v2_replacement", 3),
                "patch": ("v3_replacement", 4),
                "patch_minor": ("v4_replacement", 5),
            },
        ),
        "os_parsers": Part(
            label="os",
            table="systems",
            columns={
                "family": ("os_replacement", 1),
                "major": ("os_v1_replacement", 2),
                "minor": ("os_v2_replacement", 3),
                "patch": ("os_v3_replacement", 4),
                "patch_minor": ("os_v4_replacement", 5),
            },
        ),
        "device_parsers": Part(
            label="device",
            table="devices",
            columns={
                "family": ("device_replacement", 1),
                "brand": ("brand_replacement", None),
                "model": ("model_replacement", 1),
            },
        ),
    }
)
"""Key of the file -> what it tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """One list of the file as a table."""

    part: Part
    rows: tuple[tuple[str | None, ...], ...]
    searches: tuple[Any, ...]
    """The compiled patterns, in order."""
    count: int
    """How many entries the list has."""


def import_user_agents(path: Path, wishes: Wishes) -> Imported:
    """A ruleset with a table for each list of the file, in which the first pattern that is found wins."""
    value = read_yaml(path)
    if not isinstance(value, dict) or not any(key in value for key in PARTS):
        raise UsageError(f"{path}: has none of {', '.join(PARTS)}")
    remarks = [Remark(str(key), "left out", "the list is not known") for key in value if key not in PARTS]
    tables = [_table(path, key, value[key], remarks) for key in PARTS if key in value]
    tables = [table for table in tables if table.rows]
    if not tables:
        raise UsageError(f"{path}: has no pattern that can be used")
    agents = list(dict.fromkeys(agent for file in wishes.tests for agent in _agents(file)))
    name = wishes.name or "user-agents"
    files = {"ruleset.yaml": _ruleset(name, tables, agents)}
    for table in tables:
        files[f"dict/{table.part.table}.tsv"] = table_text(("pattern", *table.part.columns), table.rows)
    if agents:
        files["records.jsonl"] = json_lines({"id": f"a{i}", "user_agent": agent} for i, agent in enumerate(agents, 1))
        files["gold.jsonl"] = _gold(wishes.tests, {agent: f"a{i}" for i, agent in enumerate(agents, 1)})
    return Imported(
        files=files,
        name=name,
        rules=sum(table.count for table in tables),
        taken=sum(len(table.rows) for table in tables),
        origin="https://github.com/ua-parser/uap-core, there under the Apache License 2.0",
        about=(
            f"Tells the {', the '.join(table.part.label for table in tables)} of a user agent, as values of spans.",
            "A user agent of which nothing is known has no span, where ua-parser says Other.",
        ),
        remarks=tuple(remarks),
    )


def _table(path: Path, key: str, value: object, remarks: list[Remark]) -> _Table:
    part = PARTS[key]
    found = list(entries(path, value, key))
    rows: list[tuple[str | None, ...]] = []
    searches: list[Any] = []
    for entry in found:
        row = _row(part, entry)
        if isinstance(row, str):
            remarks.append(Remark(f"{key}.{entry.id}", "left out", row))
            continue
        for other in entry.others():
            remarks.append(Remark(f"{key}.{entry.id}", "changed", f'the key "{other}" is not known'))
        rows.append(row)
        searches.append(compile_quietly(str(row[0])))
    return _Table(part=part, rows=tuple(rows), searches=tuple(searches), count=len(found))


def _row(part: Part, entry: Fields) -> tuple[str | None, ...] | str:
    """The cells of an entry, or why it cannot be used."""
    pattern, flag = entry.text("regex"), entry.text("regex_flag")
    given = {column: entry.text(key) for column, (key, _) in part.columns.items()}
    if entry.wrong:
        return entry.wrong[0]
    if pattern is None:
        return "it has no regex"
    if flag not in (None, "i"):
        return f'its flag "{flag}" is not known'
    if not all(is_writable(text) for text in (pattern, *given.values()) if text is not None):
        return "it holds a character that a file cannot hold"
    written = ("(?i)" if flag else "") + one_line(pattern)
    reason = why_not(written)
    if reason is not None:
        return reason
    groups = compile_quietly(written).groups
    cells: list[str | None] = []
    for column, (_, group) in part.columns.items():
        template = given[column]
        if template is not None:
            cells.append(_template(template, groups))
        else:
            cells.append(f"${group}" if group is not None and group <= groups else None)
    return (written, *cells)


def _template(text: str, groups: int) -> str:
    """A replacement as a template: a group that the pattern lacks is empty, other dollar signs stand for themselves.

    >>> _template("$1 $3 US$", 1)
    '$1  US$$'
    """
    return REFERENCE.sub(
        lambda found: "$$" if not found[1] else f"${found[1]}" if 1 <= int(found[1]) <= groups else "",
        text.strip(),
    )


def _cases(file: Path) -> Iterator[tuple[str, dict[object, object]]]:
    """The user agents of a test file with what is expected of each; raises UsageError."""
    value = read_yaml(file)
    cases = value.get("test_cases") if isinstance(value, dict) else None
    if not isinstance(cases, list):
        raise UsageError(f'{file}: has no list "test_cases"')
    for number, case in enumerate(cases, 1):
        agent = case.get("user_agent_string") if isinstance(case, dict) else None
        if not isinstance(agent, str):
            raise UsageError(f'{file}: case {number} has no text "user_agent_string"')
        if agent.strip() and is_writable(agent):
            yield agent, case


def _agents(file: Path) -> Iterator[str]:
    return (agent for agent, _ in _cases(file))


def _label_of(file: Path) -> str:
    """The label that a test file speaks of, by its name; raises UsageError."""
    for word, label in (("os", "os"), ("device", "device"), ("ua", "browser"), ("user_agent", "browser")):
        if re.search(rf"(?:^|[_.-]){word}(?:[_.-]|$)", file.name):
            return label
    raise UsageError(
        f"{file}: its name does not say what it tests", help="uap-core calls them test_ua.yaml, test_os.yaml, .."
    )


def _gold(files: tuple[Path, ...], ids: Mapping[str, str]) -> str:
    """What the test files expect, by record; where two speak of one user agent, the first does."""
    labels: dict[str, dict[str, object]] = {}
    for file in files:
        label = _label_of(file)
        columns = next(part.columns for part in PARTS.values() if part.label == label)
        for agent, case in _cases(file):
            value = {column: case[column] for column in columns if isinstance(case.get(column), str) and case[column]}
            known = value.get("family") not in (None, "Other")
            labels.setdefault(ids[agent], {}).setdefault(label, {"value": value} if known else False)
    return json_lines({"id": id, "labels": said} for id, said in labels.items())


def _ruleset(name: str, tables: list[_Table], agents: list[str]) -> str:
    labels = "".join(f"  {table.part.label}: {{kind: span}}\n" for table in tables)
    dictionaries = "".join(
        f'  {table.part.table}: {{file: dict/{table.part.table}.tsv, term: pattern, version: "1.0.0"}}\n'
        for table in tables
    )
    matchers = "".join(
        f"  named_{table.part.label}: {{use: regex, of: {table.part.table}, take: first,"
        f" fill: [{', '.join(table.part.columns)}]}}\n"
        for table in tables
    )
    return f"""\
format: 1
ruleset: {scalar(name)}
version: "1.0.0"
title: Browser, system and device of a user agent

record: {{id: id, text: [user_agent]}}

labels:
{labels}
# Of each table the first pattern that is found wins; $1 in its columns is the first group of the pattern.
dictionaries:
{dictionaries}
matchers:
{matchers}
# A browser, its system and its device are told from the same text.
conflicts: {{overlap: keep_all}}

rules:
{"".join(_rule(table, agents) for table in tables)}"""


def _rule(table: _Table, agents: list[str]) -> str:
    part = table.part
    value = ", ".join(f'"{column}", it.{column}' for column in part.columns)
    lines = [
        f"  - id: {part.label}-named",
        f"    label: {part.label}",
        f"    when: 'named_{part.label}'",
        f"    value: 'object({value})'",
        "    confidence: 0.95",
    ]
    step = max(1, len(agents) // MOST_HITS)
    hits = [agent for agent in agents[::step] if any(search.search(agent) for search in table.searches)][:MOST_HITS]
    if hits:
        lines += ["    hit:", *(f"      - {scalar(example_text(hit))}" for hit in hits)]
    if not any(search.search("-") for search in table.searches):
        lines.append('    miss: ["-"]')
    return "".join(f"{line}\n" for line in lines)
