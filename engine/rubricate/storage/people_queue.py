"""Who is asked what: the questions that wait for a person, those they left, and what they did last."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TypeAlias

import orjson

from rubricate.storage.people_values import ADJUDICATORS

__all__ = ["count_waiting", "find_handed_on", "find_last_act", "find_next", "find_skipped", "states_for"]

_HELD = (
    " FROM questions q WHERE state IN ('open', 'skipped', 'escalated') AND id IN"
    " (SELECT question FROM assignments WHERE person = :person AND state = 'held')"
    " AND (:run IS NULL OR q.id IN (SELECT question FROM asked_by WHERE run = :run))"
)

_ASKED = (
    " FROM questions q WHERE state = :state AND NOT EXISTS"
    " (SELECT 1 FROM assignments a WHERE a.question = q.id AND a.person = :person AND a.state != 'held')"
    " AND (SELECT count(*) FROM assignments a WHERE a.question = q.id AND a.person != :person"
    " AND (a.state = 'done' AND :state != 'escalated' OR a.state = 'held' AND a.since > :stale))"
    " < iif(:state = 'escalated', 1, overlap)"
    " AND (:run IS NULL OR q.id IN (SELECT question FROM asked_by WHERE run = :run))"
)

_SKIPPED = (
    "SELECT q.id FROM assignments a JOIN questions q ON q.id = a.question WHERE a.person = :person"
    " AND a.state = 'skipped' AND q.state IN ('open', 'skipped')"
    " AND (:run IS NULL OR q.id IN (SELECT question FROM asked_by WHERE run = :run)) ORDER BY q.number"
)

_LAST_ACT = (
    "SELECT question, a.state AS state FROM assignments a JOIN questions q ON q.id = a.question"
    " WHERE person = :person AND a.state != 'held' AND q.state != 'settled'"
    " AND (:run IS NULL OR q.id IN (SELECT question FROM asked_by WHERE run = :run)) AND NOT EXISTS"
    " (SELECT 1 FROM answers x WHERE x.question = q.id AND x.kind = 'adjudication' AND x.person != :person"
    " AND NOT EXISTS (SELECT 1 FROM answers y WHERE y.supersedes = x.id)) ORDER BY event DESC LIMIT 1"
)

_HANDED_ON = (
    "SELECT person, body FROM assignments JOIN events ON seq = event"
    " WHERE question = ? AND state = 'escalated' ORDER BY event"
)

Connection: TypeAlias = sqlite3.Connection


def states_for(role: str, *, escalated: bool) -> Sequence[str]:
    """The states of the questions that somebody in a role is asked, those that come first at the front."""
    if role == "auditor":
        return []
    first = ["escalated"] if role in ADJUDICATORS else []
    return first if escalated else [*first, "open", "skipped"]


def find_next(
    connection: Connection, person: str, states: Sequence[str], *, run: str | None, stale: float
) -> sqlite3.Row | None:
    """What the person was shown last and did not answer, else the first question of the first state that has one."""
    search = {"person": person, "run": run, "stale": stale}
    rows = connection.execute("SELECT *" + _HELD + " ORDER BY number", search).fetchall()
    found: sqlite3.Row | None = next((row for row in rows if _is_for(row["state"], states)), None)
    for state in states:
        if found is None:
            asked = search | {"state": state}
            found = connection.execute(
                "SELECT *" + _ASKED + " ORDER BY priority DESC, number LIMIT 1", asked
            ).fetchone()
    return found


def count_waiting(connection: Connection, person: str, states: Sequence[str], *, run: str | None, stale: float) -> int:
    """How many questions `find_next` would give one after the other."""
    search = {"person": person, "run": run, "stale": stale}
    held = connection.execute("SELECT q.id, q.state" + _HELD, search)
    found = {id for id, state in held if _is_for(state, states)}
    for state in states:
        found.update(id for (id,) in connection.execute("SELECT q.id" + _ASKED, search | {"state": state}))
    return len(found)


def _is_for(state: str, states: Sequence[str]) -> bool:
    """Whether what somebody was shown before is to be shown to them again; it may have been escalated since."""
    return state in states or "open" in states


def find_skipped(connection: Connection, person: str, *, run: str | None) -> list[str]:
    """The questions that a person has skipped and that are not answered since."""
    return [id for (id,) in connection.execute(_SKIPPED, {"person": person, "run": run})]


def find_handed_on(connection: Connection, question: str) -> list[tuple[str, str]]:
    """Who escalated a question, and in which words."""
    rows = connection.execute(_HANDED_ON, (question,))
    return [(person, str(orjson.loads(body).get("note", ""))) for person, body in rows]


def find_last_act(connection: Connection, person: str, *, run: str | None) -> tuple[str, str] | None:
    """The question of a person's last answer, skip or escalation that can be taken back, and which of these it was."""
    row = connection.execute(_LAST_ACT, {"person": person, "run": run}).fetchone()
    return None if row is None else (row["question"], row["state"])
