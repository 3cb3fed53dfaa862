"""The tables of people.db and how an older file becomes a current one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from rubricate.errors import RunError

__all__ = ["VERSION", "migrate", "set_up"]

VERSION = 1


def set_up(connection: sqlite3.Connection, path: Path) -> None:
    """Make a fresh connection durable, and its tables current. Raises RunError for a file that is no such database."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection, path)
    except sqlite3.OperationalError:
        raise  # the disk, or another process: nothing is wrong with the file
    except sqlite3.DatabaseError as error:
        help = "put a backup in its place: it holds the answers of people"
        raise RunError(f"{path}: cannot be used: {error}", help=help) from error


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the tables to `VERSION`, all of it or nothing. Raises RunError for a file that is newer than this code."""
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version > VERSION:
            raise RunError(f"{path}: was written by a newer Rubricate", help="update Rubricate")
        for step in _STEPS[version:]:
            step(connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _make_tables(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database  # late: only a new or an older file needs it

    database = Database(connection)
    for name, (columns, pk, optional, foreign_keys) in _TABLES.items():
        # Only the SQL is taken from it: its own `create` would end our transaction.
        sql = database.create_table_sql(
            name,
            columns,
            pk=pk,
            not_null=set(columns) - set(optional) - {pk},
            foreign_keys=foreign_keys,
            strict=True,
        )
        connection.execute(sql)
    for statement in _INDEXES:
        connection.execute(statement)
    for table in ("answers", "events"):
        for act in ("UPDATE", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT raise(ABORT, '{table} are only ever added to'); END"
            )


_STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_make_tables,)
"""Step n brings version n to n + 1. A step that was released never changes."""

_QUESTION = {
    "number": int, "id": str, "record_id": str, "kind": str, "labels": str, "field": str, "cites": str, "fields": str,
    "suggestion": str, "why": str, "fingerprint": str, "shown_digest": str, "ruleset": str, "guideline_id": str,
    "guideline_version": str, "state": str, "overlap": int, "priority": int, "created": str,
}  # fmt: skip

_ANSWER = {
    "id": int, "question": str, "person": str, "kind": str, "value": str, "at": str, "guideline_id": str,
    "guideline_version": str, "suggested": str, "supersedes": int, "note": str,
}  # fmt: skip

_EVENT = {
    "seq": int, "at": str, "actor": str, "what": str, "subject": str, "body": str, "previous": str, "hash": str,
}  # fmt: skip

_TO_PERSON = ("person", "people", "id")
_TO_QUESTION = ("question", "questions", "id")

_TABLES: dict[str, tuple[dict[str, type], str | tuple[str, ...], tuple[str, ...], tuple[tuple[str, str, str], ...]]] = {
    "people": ({"id": str, "name": str, "role": str, "created": str}, "id", (), ()),
    "questions": (_QUESTION, "number", ("field", "guideline_id", "guideline_version"), ()),
    "asked_by": ({"question": str, "run": str}, ("question", "run"), (), (_TO_QUESTION,)),
    "assignments": (
        {"question": str, "person": str, "state": str, "since": float, "event": int},
        ("question", "person"),
        (),
        (_TO_PERSON, _TO_QUESTION),
    ),
    "answers": (_ANSWER, "id", ("guideline_id", "guideline_version", "supersedes"), (_TO_PERSON, _TO_QUESTION)),
    "events": (_EVENT, "seq", (), ()),
}
"""Table -> columns, primary key, columns that may be empty, references."""

_INDEXES = (
    "CREATE UNIQUE INDEX questions_by_id ON questions (id)",
    "CREATE INDEX questions_to_ask ON questions (state, priority DESC, number)",
    "CREATE INDEX questions_asked ON questions (shown_digest, fingerprint)",
    "CREATE INDEX assignments_of_person ON assignments (person, state)",
    "CREATE INDEX answers_to_question ON answers (question)",
    "CREATE UNIQUE INDEX answers_superseded ON answers (supersedes)",
)
