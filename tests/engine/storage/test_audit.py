"""The trail that nobody can quietly change."""

import sqlite3

import pytest

from rubricate.storage.audit import START, append_event, check_events
from rubricate.storage.people import open_people


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "people.db"
    with open_people(path, clock=lambda: 0.0) as people:
        people.add_person("ann", name="Ann")
        people.add_person("bob", name="Bob", role="reviewer")
    return path


def tamper(path, *statements):
    connection = sqlite3.connect(path, isolation_level=None)
    for table in ("events", "answers"):
        for act in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_refuse_{act}")
    for statement in statements:
        connection.execute(statement)
    report = check_events(connection)
    connection.close()
    return report.problems


def test_untouched_trail_is_sound(path):
    connection = sqlite3.connect(path)
    report = check_events(connection)
    (head,) = connection.execute("SELECT hash FROM events WHERE seq = 2").fetchone()
    connection.close()

    assert (report.events, report.head, report.problems) == (2, head, ())


def test_empty_trail_has_the_start_as_its_head(tmp_path):
    with open_people(tmp_path / "people.db") as people:
        report = people.check_chain()

    assert (report.events, report.head, report.problems) == (0, START, ())


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'eve'", "DELETE FROM events"])
def test_events_are_only_added_to(path, statement):
    connection = sqlite3.connect(path)

    with pytest.raises(sqlite3.IntegrityError, match="events are only ever added to"):
        connection.execute(statement)
    connection.close()


def test_changed_event_is_found(path):
    assert tamper(path, "UPDATE events SET body = '{}' WHERE seq = 1") == ("event 1 was changed",)


def test_removed_event_is_found(path):
    problems = tamper(path, "DELETE FROM events WHERE seq = 1")

    assert problems == (
        "event 1 is missing: 2 stands in its place",
        "event 2 does not follow the one before it",
    )


def test_answer_that_no_event_tells_of_is_found(path):
    insert = (
        "INSERT INTO answers (id, question, person, kind, value, at, suggested, note)"
        " VALUES (7, 'q', 'ann', 'answer', '1', '', '[]', '')"
    )

    assert tamper(path, insert) == ("answer 7 is told of by no event",)


def test_event_of_a_rolled_back_act_is_gone_with_it(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    append_event(connection, at="", actor="ann", what="answered", subject="q", body={})
    connection.execute("ROLLBACK")
    report = check_events(connection)
    connection.close()

    assert (report.events, report.problems) == (2, ())
