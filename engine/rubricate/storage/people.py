"""people.db: what people are asked and what they say. Nothing in it is ever swept, rebuilt or rewritten."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from rubricate.errors import UsageError
from rubricate.storage import people_queue as queue
from rubricate.storage.audit import ChainReport, append_event, check_events, digest_answer_row
from rubricate.storage.objects import canonical_json
from rubricate.storage.people_rows import (
    INSERT_ANSWER,
    INSERT_QUESTION,
    REFRESH_QUESTION,
    from_question,
    to_answer,
    to_question,
)
from rubricate.storage.people_schema import set_up
from rubricate.storage.people_values import (
    ADJUDICATORS,
    ROLES,
    Answer,
    AnswerKind,
    Person,
    Question,
    QuestionKey,
    QuestionState,
    ValidAnswer,
)

__all__ = ["FILE_NAME", "People", "find_project", "open_people"]

FILE_NAME = "people.db"

_HOLD_SECONDS = 3600.0
"""How long a question is kept for the person who was shown it."""

_STANDING = (
    "SELECT * FROM answers a WHERE question = ? AND kind != 'withdrawal'"
    " AND NOT EXISTS (SELECT 1 FROM answers b WHERE b.supersedes = a.id) ORDER BY id"
)


def find_project(out: Path) -> Path:
    """The nearest folder at or above `out` that holds people.db; `out` itself when there is none."""
    start = out.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / FILE_NAME).is_file()), start)


def open_people(path: Path, *, clock: Callable[[], float] = time.time) -> People:
    """Open people.db, made or brought up to date as needed. Nobody but its owner can read a new one."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    try:
        set_up(connection, path)
        connection.row_factory = sqlite3.Row
    except BaseException:
        connection.close()
        raise
    return People(connection, clock=clock)


class People:
    """An open people.db. What a method has returned from is on the disk."""

    def __init__(self, connection: sqlite3.Connection, *, clock: Callable[[], float]) -> None:
        self._connection = connection
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def add_person(self, id: str, *, name: str, role: str = "annotator", actor: str = "") -> Person:
        """Add somebody, or change the name or role of who is there."""
        if role not in ROLES:
            raise UsageError(f'role "{role}" does not exist', help=f"one of {', '.join(ROLES)}")
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO people (id, name, role, created) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role",
                (id, name, role, self._now()),
            )
            self._tell(actor or id, "person", id, {"name": name, "role": role})
        return Person(id=id, name=name, role=role)

    def people(self) -> list[Person]:
        """Everybody, by id."""
        rows = self._connection.execute("SELECT id, name, role FROM people ORDER BY id")
        return [Person(id=id, name=name, role=role) for id, name, role in rows]

    def add_questions(self, questions: Iterable[Question], *, run: str) -> int:
        """Ask all questions of a run; returns how many are new. A known one that is still open shows what is new in it.

        What the run asked before and asks no more stays in the file, but is no question of this run any longer.
        """
        new = total = 0
        with self._transaction() as connection:
            connection.execute("DELETE FROM asked_by WHERE run = ?", (run,))
            for question in questions:
                total += 1
                new += self._add_question(connection, question)
                connection.execute("INSERT OR IGNORE INTO asked_by (question, run) VALUES (?, ?)", (question.id, run))
            if total:
                self._tell("", "asked", run, {"questions": total, "new": new})
        return new

    def question(self, id: str) -> Question:
        """A question. Raises UsageError when there is none of this id."""
        row = self._connection.execute("SELECT * FROM questions WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise UsageError(f'question "{id}" does not exist')
        return to_question(row)

    def questions(self, *, run: str | None = None, state: QuestionState | None = None) -> Iterator[Question]:
        """Questions in the order in which they were asked first, of one run or in one state if given."""
        rows = self._connection.execute(
            "SELECT * FROM questions WHERE (:state IS NULL OR state = :state) AND (:run IS NULL"
            " OR id IN (SELECT question FROM asked_by WHERE run = :run)) ORDER BY number",
            {"run": run, "state": state},
        )
        return map(to_question, rows)

    def count_questions(self, *, run: str | None = None) -> dict[str, int]:
        """How many questions there are in each state that has any, of one run if given."""
        rows = self._connection.execute(
            "SELECT state, count(*) FROM questions WHERE :run IS NULL"
            " OR id IN (SELECT question FROM asked_by WHERE run = :run) GROUP BY state ORDER BY state",
            {"run": run},
        )
        return dict(rows)

    def next_question(
        self,
        person: str,
        *,
        run: str | None = None,
        escalated: bool = False,
        hold_seconds: float = _HOLD_SECONDS,
    ) -> Question | None:
        """The question that a person should see now, kept for them for a while; None when none is left.

        With `run`, only what that run asks; with `escalated`, only what was handed to those who adjudicate.

        What they were shown last and did not answer comes first. Then, for those who adjudicate, what is escalated.
        Nobody is asked twice, nor asked what enough others have answered or are looking at.
        """
        states, stale = queue.states_for(self._role(person), escalated=escalated), self._clock() - hold_seconds
        with self._transaction() as connection:
            row = queue.find_next(connection, person, states, run=run, stale=stale)
            if row is None:
                return None
            self._assign(row["id"], person, "held", event=0)
        return to_question(row)

    def count_left(self, person: str, *, run: str | None = None, escalated: bool = False) -> int:
        """How many questions `next_question` would still give to a person, the one before them included."""
        states, stale = queue.states_for(self._role(person), escalated=escalated), self._clock() - _HOLD_SECONDS
        return queue.count_waiting(self._connection, person, states, run=run, stale=stale)

    def handed_on(self, question: str) -> list[tuple[str, str]]:
        """Who escalated a question, and with which words."""
        return queue.find_handed_on(self._connection, question)

    def count_skipped(self, person: str, *, run: str | None = None) -> int:
        """How many questions a person has skipped that nobody has answered since."""
        return len(queue.find_skipped(self._connection, person, run=run))

    def take_up_skipped(self, person: str, *, run: str | None = None) -> int:
        """Ask a person again what they skipped; returns how many questions that are."""
        self._role(person)
        with self._transaction() as connection:
            skipped = queue.find_skipped(connection, person, run=run)
            for question in skipped:
                connection.execute("DELETE FROM assignments WHERE question = ? AND person = ?", (question, person))
                self._tell(person, "taken up", question, {"was": "skipped"})
                self._set_state(connection, question)
        return len(skipped)

    def release(self, person: str) -> None:
        """Let others have what the person was shown and did not answer."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM assignments WHERE person = ? AND state = 'held'", (person,))

    def record_answer(
        self, question: str, person: str, value: object, *, suggested: object = None, note: str = ""
    ) -> Answer:
        """Keep what a person says. The same said twice is kept once; something else takes the place of the earlier.

        On an escalated question the answer of somebody who may adjudicate decides it.
        """
        role = self._role(person)
        asked = self.question(question)
        with self._transaction() as connection:
            standing = self._standing(question)
            mine = next((one for one in standing if one.person == person), None)
            if mine is not None and canonical_json(mine.value) == canonical_json(value):
                return mine
            self._check_may_answer(asked, mine)
            decides = asked.state == "escalated" and role in ADJUDICATORS and mine is None
            kind: AnswerKind = mine.kind if mine is not None else "adjudication" if decides else "answer"
            answer = self._insert_answer(
                asked, person, kind, value, suggested=suggested, note=note, supersedes=None if mine is None else mine.id
            )
            event = self._tell_answer("answered", answer)
            self._assign(question, person, "done", event=event)
            self._set_state(connection, question)
        return answer

    def skip(self, question: str, person: str) -> None:
        """Leave a question to others."""
        self._pass_on(question, person, "skipped", "")

    def escalate(self, question: str, person: str, *, note: str = "") -> None:
        """Hand a question to somebody who adjudicates."""
        self._pass_on(question, person, "escalated", note)

    def undo_last(self, person: str, *, run: str | None = None) -> Question | None:
        """Take back the person's last answer, skip or escalation; returns its question, which they will see next."""
        self._role(person)
        with self._transaction() as connection:
            found = queue.find_last_act(connection, person, run=run)
            if found is None:
                return None
            question, state = found
            if state == "done":
                self._withdraw(question, person)
            event = self._tell(person, "undone", question, {"was": state})
            self._assign(question, person, "held", event=event)
            self._set_state(connection, question)
        return self.question(question)

    def answers(self, question: str) -> list[Answer]:
        """Every answer that was ever given to a question, oldest first."""
        rows = self._connection.execute("SELECT * FROM answers WHERE question = ? ORDER BY id", (question,))
        return [to_answer(row) for row in rows]

    def valid_answers(self) -> dict[QuestionKey, ValidAnswer]:
        """What has been answered, by what was shown and asked. Holds all of it in memory."""
        found: dict[QuestionKey, ValidAnswer] = {}
        rows = self._connection.execute(
            "SELECT id, shown_digest, fingerprint FROM questions q WHERE state IN ('answered', 'settled')"
            " ORDER BY (SELECT max(id) FROM answers WHERE question = q.id)"
        ).fetchall()
        for id, shown_digest, fingerprint in rows:
            standing = tuple(self._standing(id))
            deciding = [one for one in standing if one.kind == "adjudication"] or list(standing)
            found[shown_digest, fingerprint] = ValidAnswer(question=id, value=deciding[-1].value, answers=standing)
        return found

    def mark_settled(self, questions: Iterable[str], *, run: str) -> int:
        """Say that a run has applied the answers to these questions; returns how many were not settled before."""
        settled = 0
        with self._transaction() as connection:
            for question in questions:
                settled += connection.execute(
                    "UPDATE questions SET state = 'settled' WHERE id = ? AND state = 'answered'", (question,)
                ).rowcount
            if settled:
                self._tell("", "settled", run, {"questions": settled})
        return settled

    def check_chain(self) -> ChainReport:
        """Look through the whole trail for events or answers that were changed."""
        return check_events(self._connection)

    def _add_question(self, connection: sqlite3.Connection, question: Question) -> int:
        row = from_question(question) | {"created": self._now()}
        added = connection.execute(INSERT_QUESTION, row).rowcount
        if not added:
            connection.execute(REFRESH_QUESTION, row)
        return added

    def _insert_answer(
        self,
        asked: Question,
        person: str,
        kind: AnswerKind,
        value: object,
        *,
        suggested: object,
        note: str,
        supersedes: int | None,
    ) -> Answer:
        shown = asked.suggestion if suggested is None else suggested
        row = {
            "question": asked.id,
            "person": person,
            "kind": kind,
            "value": canonical_json(value).decode(),
            "at": self._now(),
            "guideline_id": asked.guideline_id,
            "guideline_version": asked.guideline_version,
            "suggested": canonical_json(shown).decode(),
            "supersedes": supersedes,
            "note": note,
        }
        return to_answer(self._connection.execute(INSERT_ANSWER, row).fetchone())

    def _withdraw(self, question: str, person: str) -> None:
        mine = next(one for one in self._standing(question) if one.person == person)
        asked = self.question(question)
        answer = self._insert_answer(
            asked, person, "withdrawal", None, suggested=mine.suggested, note="", supersedes=mine.id
        )
        self._tell_answer("withdrawn", answer)

    def _check_may_answer(self, asked: Question, mine: Answer | None) -> None:
        if asked.state == "settled":
            raise UsageError(f'question "{asked.id}" is settled: a run has used its answer')
        if asked.state == "answered" and mine is None:
            raise UsageError(f'question "{asked.id}" is answered already', help="ask for the next one")

    def _pass_on(self, question: str, person: str, state: str, note: str) -> None:
        self._role(person)
        asked = self.question(question)
        with self._transaction() as connection:
            if asked.state in ("answered", "settled") or any(one.person == person for one in self._standing(question)):
                raise UsageError(f'question "{question}" is answered already', help="undo the answer first")
            event = self._tell(person, state, question, {"note": note})
            self._assign(question, person, state, event=event)
            self._set_state(connection, question)

    def _set_state(self, connection: sqlite3.Connection, question: str) -> None:
        """Work out a question's state from the answers that stand and from what people did with it."""
        standing = self._standing(question)
        asked = self.question(question)
        passed = [
            state for (state,) in connection.execute("SELECT state FROM assignments WHERE question = ?", (question,))
        ]
        others = sum(person.role != "auditor" for person in self.people())
        state: QuestionState = "open"
        if any(one.kind == "adjudication" for one in standing):
            state = "answered"
        elif len(standing) >= asked.overlap:
            agree = len({canonical_json(one.value) for one in standing}) == 1
            state = "answered" if agree else "escalated"
        elif "escalated" in passed:
            state = "escalated"
        elif passed.count("skipped") >= others:
            state = "skipped"
        connection.execute("UPDATE questions SET state = ? WHERE id = ?", (state, question))

    def _standing(self, question: str) -> list[Answer]:
        return [to_answer(row) for row in self._connection.execute(_STANDING, (question,))]

    def _assign(self, question: str, person: str, state: str, *, event: int) -> None:
        self._connection.execute(
            "INSERT INTO assignments (question, person, state, since, event) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (question, person) DO UPDATE SET state = excluded.state, since = excluded.since,"
            " event = excluded.event",
            (question, person, state, float(self._clock()), event),
        )

    def _role(self, person: str) -> str:
        row = self._connection.execute("SELECT role FROM people WHERE id = ?", (person,)).fetchone()
        if row is None:
            raise UsageError(f'person "{person}" does not exist', help="add them with `rubricate review user`")
        return str(row[0])

    def _tell(self, actor: str, what: str, subject: str, body: object) -> int:
        return append_event(self._connection, at=self._now(), actor=actor, what=what, subject=subject, body=body)

    def _tell_answer(self, what: str, answer: Answer) -> int:
        body = {"answer": answer.id, "digest": digest_answer_row(self._connection, answer.id)}
        return self._tell(answer.person, what, answer.question, body)

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
