"""Questions, answers, and how a question is decided."""

import multiprocessing
import sqlite3
from dataclasses import replace

import pytest

from rubricate.errors import UsageError
from rubricate.storage.people import find_project, open_people
from rubricate.storage.people_values import Question, digest_answers

FIRST = Question(
    id="q1",
    record_id="c17",
    kind="set",
    labels=("spam", "ham"),
    cites=("s2.1",),
    fields={"text": "please subscribe"},
    suggestion=({"label": "spam", "score": 0.7},),
    why="uncertain: spam 0.70 is below 0.85",
    fingerprint="f1",
    shown_digest="d1",
    ruleset="spam 1.0.0",
    guideline_id="spam",
    guideline_version="2",
)
SECOND = replace(FIRST, id="q2", record_id="c18", shown_digest="d2")
TWICE = replace(FIRST, id="q3", record_id="c19", shown_digest="d3", overlap=2)


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def people(tmp_path, clock):
    with open_people(tmp_path / "people.db", clock=clock) as people:
        for id, role in (("ann", "annotator"), ("bob", "annotator"), ("rea", "reviewer"), ("aud", "auditor")):
            people.add_person(id, name=id.title(), role=role)
        yield people


def test_question_comes_back_as_it_was_asked(people):
    people.add_questions([FIRST], run="r1")

    assert people.next_question("ann") == FIRST


def test_question_is_new_once(people):
    assert [people.add_questions([FIRST, SECOND], run=run) for run in ("r1", "r2")] == [2, 0]
    assert [question.id for question in people.questions(run="r2")] == ["q1", "q2"]


def test_open_question_shows_the_latest_suggestion(people):
    people.add_questions([FIRST], run="r1")
    newer = replace(FIRST, suggestion=(), why="nothing was found", ruleset="spam 1.1.0")
    people.add_questions([newer], run="r2")

    assert people.question("q1") == newer


def test_higher_priority_is_asked_first(people):
    urgent = replace(SECOND, priority=5)
    people.add_questions([FIRST, urgent], run="r1")

    assert people.next_question("ann") == urgent


def test_shown_question_is_shown_again_until_it_is_answered(people):
    people.add_questions([FIRST, SECOND], run="r1")

    assert [people.next_question("ann").id for _ in range(2)] == ["q1", "q1"]
    people.record_answer("q1", "ann", ["spam"])
    assert people.next_question("ann").id == "q2"


def test_question_that_somebody_looks_at_is_not_shown_to_others(people):
    people.add_questions([FIRST], run="r1")
    people.next_question("ann")

    assert people.next_question("bob") is None


def test_question_held_too_long_is_shown_to_others(people, clock):
    people.add_questions([FIRST], run="r1")
    people.next_question("ann")
    clock.now = 3601.0

    assert people.next_question("bob") == FIRST


def test_question_with_overlap_waits_for_agreement(people):
    people.add_questions([TWICE], run="r1")
    states = []
    for person in ("ann", "bob"):
        assert people.next_question(person) == TWICE
        people.record_answer("q3", person, ["spam"])
        states.append(people.question("q3").state)

    assert states == ["open", "answered"]


def test_disagreement_goes_to_a_reviewer_whose_answer_decides(people):
    people.add_questions([TWICE], run="r1")
    people.record_answer("q3", "ann", ["spam"])
    people.record_answer("q3", "bob", ["ham"])
    assert (people.question("q3").state, people.next_question("ann")) == ("escalated", None)
    assert people.next_question("rea").id == "q3"
    people.record_answer("q3", "rea", ["ham"])

    valid = people.valid_answers()["d3", "f1"]
    assert (valid.value, [one.kind for one in valid.answers]) == (["ham"], ["answer", "answer", "adjudication"])


def test_answer_keeps_who_what_when_and_what_was_suggested(people, clock):
    people.add_questions([FIRST], run="r1")
    clock.now = 86400.0
    answer = people.record_answer("q1", "ann", ["ham"], note="no link")

    assert people.answers("q1") == [answer]
    assert (answer.person, answer.value, answer.at, answer.guideline_version, answer.suggested, answer.note) == (
        "ann",
        ["ham"],
        "1970-01-02T00:00:00.000+00:00",
        "2",
        [{"label": "spam", "score": 0.7}],
        "no link",
    )


def test_same_answer_sent_twice_is_kept_once(people):
    people.add_questions([FIRST], run="r1")
    first = people.record_answer("q1", "ann", ["spam"])

    assert people.record_answer("q1", "ann", ["spam"]) == first
    assert people.answers("q1") == [first]


def test_corrected_answer_supersedes_the_earlier(people):
    people.add_questions([FIRST], run="r1")
    first = people.record_answer("q1", "ann", ["spam"])
    second = people.record_answer("q1", "ann", ["ham"])

    assert second.supersedes == first.id
    assert people.valid_answers()["d1", "f1"].answers == (second,)


def test_question_answered_by_enough_takes_no_more(people):
    people.add_questions([FIRST], run="r1")
    people.record_answer("q1", "ann", ["spam"])

    with pytest.raises(UsageError, match='question "q1" is answered already'):
        people.record_answer("q1", "bob", ["ham"])


def test_undone_answer_counts_no_more_and_its_question_comes_back(people):
    people.add_questions([FIRST, SECOND], run="r1")
    people.record_answer("q1", "ann", ["spam"])

    assert people.undo_last("ann") == FIRST
    assert people.valid_answers() == {}
    assert people.next_question("ann") == FIRST
    assert [one.kind for one in people.answers("q1")] == ["answer", "withdrawal"]


def test_undoing_goes_back_step_by_step(people):
    people.add_questions([FIRST, SECOND], run="r1")
    people.record_answer("q1", "ann", ["spam"])
    people.skip("q2", "ann")

    assert [people.undo_last("ann"), people.undo_last("ann"), people.undo_last("ann")] == [SECOND, FIRST, None]


def test_same_answer_after_undo_is_a_new_one(people):
    people.add_questions([FIRST], run="r1")
    people.record_answer("q1", "ann", ["spam"])
    people.undo_last("ann")
    answer = people.record_answer("q1", "ann", ["spam"])

    assert people.valid_answers()["d1", "f1"].answers == (answer,)


def test_skipped_question_goes_to_others(people):
    people.add_questions([FIRST], run="r1")
    people.skip("q1", "ann")

    assert (people.next_question("ann"), people.next_question("bob")) == (None, FIRST)


def test_question_skipped_by_all_is_skipped_until_somebody_new_comes(people):
    people.add_questions([FIRST], run="r1")
    for person in ("ann", "bob", "rea"):
        people.skip("q1", person)
    assert people.question("q1").state == "skipped"
    people.add_person("new", name="New")

    assert people.next_question("new").id == "q1"


def test_escalated_question_is_for_those_who_adjudicate(people):
    people.add_questions([FIRST], run="r1")
    people.escalate("q1", "ann", note="is this spam at all?")

    assert (people.next_question("bob"), people.next_question("rea").id) == (None, "q1")


def test_what_is_left_is_counted_for_each_person(people):
    people.add_questions([FIRST, SECOND, replace(FIRST, id="q4", shown_digest="d4")], run="runs/first")
    people.skip("q1", "ann")
    people.escalate("q2", "ann", note="unsure")

    assert people.count_left("ann") == 1
    assert people.count_left("bob") == 2
    assert (people.count_left("rea"), people.count_left("rea", escalated=True)) == (3, 1)
    assert people.count_left("aud") == 0
    assert people.handed_on("q2") == [("ann", "unsure")]


def test_only_escalated_questions_are_given_on_request(people):
    people.add_questions([FIRST, SECOND], run="runs/first")
    people.escalate("q2", "ann")

    assert people.next_question("rea", escalated=True).id == "q2"
    assert people.next_question("bob", escalated=True) is None


def test_skipped_questions_are_taken_up_again(people):
    people.add_questions([FIRST, SECOND], run="runs/first")
    people.skip("q1", "ann")

    assert (people.count_skipped("ann"), people.count_skipped("bob")) == (1, 0)
    assert people.take_up_skipped("ann") == 1
    assert (people.count_skipped("ann"), people.next_question("ann").id) == (0, "q1")


def test_auditor_is_asked_nothing(people):
    people.add_questions([FIRST], run="r1")

    assert people.next_question("aud") is None


def test_settled_question_is_closed(people):
    people.add_questions([FIRST, SECOND], run="r1")
    people.record_answer("q1", "ann", ["spam"])

    assert people.mark_settled(["q1", "q2"], run="r2") == 1
    assert people.count_questions() == {"open": 1, "settled": 1}
    assert people.undo_last("ann") is None
    with pytest.raises(UsageError, match='question "q1" is settled'):
        people.record_answer("q1", "ann", ["ham"])


def test_settled_answer_stays_valid(people):
    people.add_questions([FIRST], run="r1")
    people.record_answer("q1", "ann", ["spam"])
    before = digest_answers(people.valid_answers())
    people.mark_settled(["q1"], run="r2")

    assert digest_answers(people.valid_answers()) == before


def test_another_answer_changes_the_digest(people):
    people.add_questions([FIRST], run="r1")
    people.record_answer("q1", "ann", ["spam"])
    before = digest_answers(people.valid_answers())
    people.record_answer("q1", "ann", ["ham"])

    assert digest_answers(people.valid_answers()) != before


def test_every_act_is_in_the_trail_and_the_trail_is_sound(people):
    people.add_questions([FIRST, SECOND], run="r1")
    people.record_answer("q1", "ann", ["spam"])
    people.skip("q2", "ann")
    people.undo_last("ann")
    people.undo_last("ann")
    people.record_answer("q1", "ann", ["ham"])
    people.mark_settled(["q1"], run="r1")

    report = people.check_chain()
    assert (report.events, report.problems) == (4 + 1 + 1 + 1 + 1 + 2 + 1 + 1, ())


def test_answers_cannot_be_changed(people, tmp_path):
    people.add_questions([FIRST], run="r1")
    people.record_answer("q1", "ann", ["spam"])
    connection = sqlite3.connect(tmp_path / "people.db")

    for statement in ("UPDATE answers SET value = '[]'", "DELETE FROM answers"):
        with pytest.raises(sqlite3.IntegrityError, match="answers are only ever added to"):
            connection.execute(statement)
    connection.close()


def test_unknown_people_and_roles_are_refused(people):
    with pytest.raises(UsageError, match='person "eve" does not exist'):
        people.next_question("eve")
    with pytest.raises(UsageError, match='role "king" does not exist'):
        people.add_person("eve", name="Eve", role="king")


def answer_all(path, person, given):
    with open_people(path) as people:
        count = 0
        while (question := people.next_question(person)) is not None:
            people.record_answer(question.id, person, ["spam"])
            count += 1
        given.put(count)


def test_two_processes_answer_each_question_once(tmp_path):
    path = tmp_path / "people.db"
    with open_people(path) as people:
        for id in ("ann", "bob"):
            people.add_person(id, name=id)
        people.add_questions(
            [replace(FIRST, id=f"q{number}", shown_digest=str(number)) for number in range(30)], run="r"
        )
    context = multiprocessing.get_context("spawn")
    given = context.Queue()
    workers = [context.Process(target=answer_all, args=(path, id, given)) for id in ("ann", "bob")]
    for worker in workers:
        worker.start()
    counts = [given.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()

    with open_people(path) as people:
        assert (sum(counts), people.count_questions(), people.check_chain().problems) == (30, {"answered": 30}, ())


def test_project_is_the_nearest_folder_with_people(tmp_path):
    out = tmp_path / "project" / "runs" / "today"
    out.mkdir(parents=True)
    assert find_project(out) == out
    (tmp_path / "project" / "people.db").touch()

    assert find_project(out) == tmp_path / "project"
