"""crawler-user-agents.json: patterns of crawlers, each with user agents that it finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rubricate.errors import UsageError
from rubricate.importing.imported import Imported, Remark, Wishes
from rubricate.importing.patterns import compile_quietly, one_line, why_not
from rubricate.importing.reading import Fields, entries, read_json
from rubricate.importing.writing import example_text, flow_list, is_writable, json_lines, scalar, table_text

__all__ = ["BROWSERS", "import_crawlers"]

KNOWN = ("pattern", "instances", "url", "tags", "description", "addition_date", "depends_on")
COLUMNS = ("pattern", "tags", "url", "added", "description")
MOST_HITS = 12
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
)
"""User agents of people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crawler:
    """One entry of the file that can be used."""

    pattern: str
    cells: tuple[str | None, ...]
    instances: tuple[str, ...]


def import_crawlers(path: Path, wishes: Wishes) -> Imported:
    """A ruleset with one table of patterns; the instances are its gold, some of them its hits."""
    remarks: list[Remark] = []
    found = list(entries(path, read_json(path), "the file", id="pattern"))
    crawlers = [crawler for entry in found if (crawler := _crawler(entry, remarks)) is not None]
    if not crawlers:
        raise UsageError(f"{path}: has no pattern that can be used")
    name, label = wishes.name or "crawler-user-agents", wishes.label or "bot"
    agents = list(dict.fromkeys(agent for crawler in crawlers for agent in crawler.instances))
    searches = [compile_quietly(crawler.pattern).search for crawler in crawlers]
    misses = [agent for agent in BROWSERS if not any(search(agent) for search in searches)]
    files = {
        "ruleset.yaml": _ruleset(name, label, _spread(agents), misses),
        "dict/crawlers.tsv": table_text(COLUMNS, (crawler.cells for crawler in crawlers)),
        "records.jsonl": json_lines({"id": f"a{i}", "user_agent": agent} for i, agent in enumerate(agents, 1)),
        "gold.jsonl": json_lines({"id": f"a{i}", "labels": {label: True}} for i in range(1, len(agents) + 1)),
    }
    return Imported(
        files=files,
        name=name,
        rules=len(found),
        taken=len(crawlers),
        origin="https://github.com/monperrus/crawler-user-agents, there under the MIT licence",
        about=(
            f"Says of the user agent of a visitor whether it is a crawler (`{label}`), by {len(crawlers)} patterns.",
            "`records.jsonl` and `gold.jsonl` hold the user agents that the patterns were written for.",
        ),
        remarks=tuple(remarks),
    )


def _crawler(entry: Fields, remarks: list[Remark]) -> _Crawler | None:
    pattern, added = entry.text("pattern"), entry.text("addition_date")
    instances, tags = entry.texts("instances"), entry.texts("tags")
    url, description = entry.text("url"), entry.text("description")
    reason = "it has no pattern" if pattern is None else why_not(one_line(pattern))
    if pattern is not None and not is_writable(pattern):
        reason = "its pattern holds half a surrogate pair"
    if pattern is None or reason is not None:
        remarks.append(Remark(entry.id.encode("utf-8", "replace").decode(), "left out", reason or ""))
        return None
    remarks += [Remark(entry.id, "changed", f"{wrong}; it was left out") for wrong in entry.wrong]
    entry.asked.add("depends_on")
    remarks += [Remark(entry.id, "changed", f'the key "{key}" is not known') for key in entry.others()]
    search = compile_quietly(pattern).search
    for agent in (each for each in instances if not search(each)):
        remarks.append(Remark(entry.id, "changed", f'it does not find its instance "{agent[:200]}"'))
    cells = (one_line(pattern), "|".join(tags), url, added, description)
    return _Crawler(
        pattern=pattern, cells=cells, instances=tuple(each for each in instances if is_writable(each) and search(each))
    )


def _spread(agents: Sequence[str]) -> Iterator[str]:
    """A few of the user agents, from everywhere in the list."""
    step = max(1, len(agents) // MOST_HITS)
    return iter(agents[::step][:MOST_HITS])


def _ruleset(name: str, label: str, hits: Iterator[str], misses: Sequence[str]) -> str:
    shown = "".join(f"      - {scalar(example_text(hit))}\n" for hit in hits)
    return f"""\
format: 1
ruleset: {scalar(name)}
version: "1.0.0"
title: User agents of crawlers

record: {{id: id, text: [user_agent]}}

labels:
  {scalar(label)}: {{kind: document}}

dictionaries:
  crawlers: {{file: dict/crawlers.tsv, term: pattern, version: "1.0.0"}}

matchers:
  crawler: {{use: regex, of: crawlers}}

rules:
  - id: crawler-named
    title: The user agent names a crawler
    label: {scalar(label)}
    when: 'crawler'
    confidence: 0.95
    hit:
{shown or "      []"}
    miss: {flow_list(misses)}
"""
