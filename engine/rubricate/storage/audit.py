"""The trail of what people did: a chain in which each event holds the hash of the one before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from rubricate.storage.objects import canonical_json, digest_value

__all__ = ["START", "ChainReport", "append_event", "check_events", "digest_answer_row"]

START = "0" * 64
"""What the first event holds in place of a hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What a look at the whole trail found."""

    events: int
    head: str
    """The last hash; written down elsewhere, it shows later whether the end of the trail was cut off."""
    problems: tuple[str, ...]


def append_event(connection: sqlite3.Connection, *, at: str, actor: str, what: str, subject: str, body: object) -> int:
    """Add an event, inside the transaction that does what it tells of; returns its number."""
    last = connection.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (1, START) if last is None else (last[0] + 1, last[1])
    text = canonical_json(body).decode()
    row = (seq, at, actor, what, subject, text, previous)
    connection.execute(
        "INSERT INTO events (seq, at, actor, what, subject, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, digest_value(row)),
    )
    return int(seq)


def check_events(connection: sqlite3.Connection) -> ChainReport:
    """Follow the chain from its start, and compare every answer with the event that tells of it."""
    problems: list[str] = []
    head, count = START, 0
    told: dict[int, str] = {}
    for row in connection.execute(
        "SELECT seq, at, actor, what, subject, body, previous, hash FROM events ORDER BY seq"
    ):
        count += 1
        problems += _check_event(row, count, head)
        head = row[7]
        body = orjson.loads(row[5])
        if isinstance(body, dict) and "answer" in body:
            told[body["answer"]] = body["digest"]
    problems += _check_answers(connection, told)
    return ChainReport(events=count, head=head, problems=tuple(problems))


def digest_answer_row(connection: sqlite3.Connection, id: int) -> str:
    """The sha256 of an answer as it stands in the table."""
    row = connection.execute("SELECT * FROM answers WHERE id = ?", (id,)).fetchone()
    return digest_value(tuple(row))


def _check_event(row: sqlite3.Row, number: int, head: str) -> Iterator[str]:
    if row[0] != number:
        yield f"event {number} is missing: {row[0]} stands in its place"
    if row[6] != head:
        yield f"event {row[0]} does not follow the one before it"
    if row[7] != digest_value(row[:7]):
        yield f"event {row[0]} was changed"


def _check_answers(connection: sqlite3.Connection, told: dict[int, str]) -> Iterator[str]:
    answers = {row[0]: digest_value(tuple(row)) for row in connection.execute("SELECT * FROM answers")}
    for id in sorted(answers.keys() | told.keys()):
        if id not in told:
            yield f"answer {id} is told of by no event"
        elif id not in answers:
            yield f"answer {id} is gone"
        elif answers[id] != told[id]:
            yield f"answer {id} was changed"
