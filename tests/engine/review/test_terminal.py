"""A person at the terminal: what is shown, which key means what, and what people.db keeps of it."""

import pytest

from rubricate.storage.people import open_people
from support.command import call
from support.projects import GUIDELINE, ROWS, make_project


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def answers(project):
    """Record id -> what stands answered."""
    with open_people(project.folder / "people.db") as people:
        return {
            question.record_id: people.answers(question.id)[-1].value
            for question in people.questions()
            if question.state == "answered"
        }


def states(project):
    with open_people(project.folder / "people.db") as people:
        return {question.record_id: question.state for question in people.questions()}


def test_question_is_shown_with_the_guideline_beside_it(project):
    project.write(ROWS[1:2])

    shown = project.answer(project.run(), "q")

    assert shown.splitlines()[2:] == [
        "c2 review",
        "text  see [www](spam) for more",
        "spam suggested 0.60 (accept 0.85) in lexical",
        '  link 0.60 [s1]: "www" "www"',
        "",
        "asked   which of spam, ham is it?",
        "why     uncertain: spam 0.60 is below 0.85",
        "§ s1 Spam",
        "    A comment that wants something of the reader.",
        "§ s2 Ham",
        "    Any other comment.",
        "keys    1 spam  2 ham  a accept  s skip  e NOTE escalate  u undo  q quit",
        "> 0 questions answered now; of all: open 1",
    ]


@pytest.mark.parametrize(
    ("row", "keys", "value"),
    [
        (1, "a", {"label": "spam"}),
        (1, "2", {"label": "ham"}),
        (1, "ham", {"label": "ham"}),
        (3, "a", {"holds": True}),
        (3, "y", {"holds": True}),
        (3, "n", {"holds": False}),
        (4, "a", {"spans": [{"start": 9, "end": 11}, {"start": 15, "end": 17}]}),
        (4, "2", {"spans": [{"start": 15, "end": 17}]}),
        (4, "1,2", {"spans": [{"start": 9, "end": 11}, {"start": 15, "end": 17}]}),
        (4, "n", {"spans": []}),
        (4, "m $5 or $7", {"spans": [{"start": 9, "end": 17}]}),
        (4, "m o #2", {"spans": [{"start": 6, "end": 7}]}),
        (4, "m $7 | song", {"spans": [{"start": 0, "end": 4}, {"start": 15, "end": 17}]}),
        (5, "1", {"label": "spam"}),
    ],
)
def test_keys_of_each_kind_of_question(project, row, keys, value):
    project.write([ROWS[row]])

    project.answer(project.run(), keys)

    assert answers(project) == {ROWS[row]["id"]: value}


@pytest.mark.parametrize(
    ("row", "key", "said"),
    [
        (1, "3", '"3" is no key here'),
        (1, "y", '"y" is no key here'),
        (3, "maybe", '"maybe" is no key here'),
        (4, "3", '"3" is no key here'),
        (4, "1,1", '"1,1" names a place twice'),
        (4, "m €9", '"€9" does not stand in the text'),
        (4, "m o", '"o" stands there 3 times'),
        (4, "m o #4", '"o" stands there 3 times, not 4'),
        (4, "m song | song", '"m song | song" names a place twice'),
        (5, "a", "there is no suggestion to accept"),
        (5, "u", "there is nothing to undo"),
    ],
)
def test_key_that_means_nothing_asks_again(project, row, key, said):
    project.write([ROWS[row]])

    shown = project.answer(project.run(), f"{key};q")

    assert f"> {said}\n" in shown
    assert answers(project) == {}


@pytest.mark.parametrize("typed", ["", " ", "?"])
def test_enter_and_question_mark_show_the_keys_again(project, typed):
    project.write(ROWS[1:2])

    shown = project.answer(project.run(), f"{typed};q")

    keys = "keys    1 spam  2 ham  a accept  s skip  e NOTE escalate  u undo  q quit"
    assert shown.splitlines()[-2:] == [f"> {keys}", "> 0 questions answered now; of all: open 1"]
    assert answers(project) == {}


def test_skip_leaves_it_to_others_and_escalate_to_who_adjudicates(project):
    out = project.run()

    project.answer(out, "s;e who knows;q")

    assert states(project) == {"c2": "skipped", "c4": "escalated", "c5": "open", "c6": "open"}


def test_undo_brings_the_last_answer_back(project):
    shown = project.answer(project.run(), "1;u;2;q")

    assert answers(project) == {"c2": {"label": "ham"}}
    assert "undone: c2" in shown
    assert "> 1 question answered now; of all: answered 1, open 3" in shown


def test_undoing_a_skip_takes_no_answer_away(project):
    shown = project.answer(project.run(), "1;s;u;q")

    assert "> 1 question answered now" in shown
    assert answers(project) == {"c2": {"label": "spam"}}


def test_quit_keeps_what_was_answered_and_the_next_session_goes_on(project):
    out = project.run()

    project.answer(out, "1;q")
    shown = project.answer(out, "q")

    assert answers(project) == {"c2": {"label": "spam"}}
    assert "c4 review" in shown


def test_question_that_somebody_left_is_free_for_others(project):
    project.write(ROWS[1:2])
    out = project.run()

    assert "c2 review" in project.answer(out, "q", person="ben")
    assert "c2 review" in project.answer(out, "q", person="cem")


HTML = """\
ruleset: offers
version: "1.0.0"
record: {text: [title, body]}
prepare: [{use: html_text}]
labels: {price: {kind: span}, defect: {kind: document}}
matchers: {amount: {use: regex, pattern: '/[$]\\d+/'}}
rules:
  - {id: dollars, label: price, when: amount, confidence: 0.6}
  - {id: broke, label: defect, when: '"broken"', confidence: 0.6}
"""


def test_people_see_the_text_that_rules_see_in_the_order_of_the_ruleset(project):
    project.write(
        [{"id": "h1", "body": "<p>It is <b>bro</b>ken &amp; costs&nbsp;more</p>", "title": "<i>A</i> kettle"}],
        ruleset=HTML,
    )

    shown = project.answer(project.run(), "q")

    assert shown.splitlines()[2:6] == [
        "h1 review",
        "title  A kettle",
        "body   It is [broken](defect) & costs\u00a0more",
        "defect suggested 0.60 (accept 0.85) in lexical",
    ]


def test_words_of_the_shown_text_are_marked_in_the_original(project):
    body = "<p>Only <b>$</b>5, not\n$9</p>"
    project.write([{"id": "h1", "title": "t", "body": body}], ruleset=HTML)

    shown = project.answer(project.run(), "m $5 | not $9")

    [question] = [one for one in said_spans(project) if one]
    assert 'keys    1 "$5"  2 "$9"' in shown
    assert [body[span["start"] : span["end"]] for span in question] == ["$</b>5", "not\n$9"]


def said_spans(project):
    """The spans of each answer that stands."""
    with open_people(project.folder / "people.db") as people:
        return [people.answers(each.id)[-1].value["spans"] for each in people.questions() if people.answers(each.id)]


def test_long_text_is_shown_around_its_evidence_and_whole_on_request(project):
    project.write([{"id": "c1", "text": f"{'lorem ipsum ' * 800}see www now {'dolor amet ' * 800}"}])

    short, whole = project.answer(project.run(), "w;q").split("> ")[:2]

    assert "text  … 9,546 more characters … ipsum lorem" in short
    assert "[www](spam)" in short
    assert "  w show all of it" in short
    assert "more characters" not in whole
    assert len(whole) > 18_000


def test_progress_counts_the_questions_of_the_run(project):
    shown = project.answer(project.run(), "1;s;n;q")

    assert [line.split(" ─")[0] for line in shown.splitlines() if line.startswith(("── ", "> ── "))] == [
        "── 1 of 4",
        "── 2 of 4",
        "── 3 of 4",
        "── 4 of 4",
    ]


def test_what_was_skipped_is_asked_again_on_request(project):
    project.write(ROWS[1:2])
    out = project.run()

    first = project.answer(out, "s")
    again = call("review", out, "--terminal", "--person", "ana", "--skipped", stdin="1\n")

    assert "no open question is left\n1 question you skipped; --skipped asks them again\n" in first
    assert "c2 review" in again.out
    assert answers(project) == {"c2": {"label": "spam"}}


def test_escalated_question_is_answered_by_somebody_with_a_role(project):
    project.write(ROWS[1:2])
    out = project.run()

    asked = project.answer(out, "e spam or an honest link?")
    call("review", "user", out, "bea", "--role", "reviewer")
    shown = call("review", out, "--terminal", "--escalated", "--person", "bea", stdin="2\n").out

    assert asked.splitlines()[-4:] == [
        "> no open question is left",
        "1 question escalated: a reviewer, sme or admin answers them; nobody else here has such a role",
        "0 questions answered now; of all: escalated 1",
        f"next    rubricate review {out} --terminal --escalated    (by a reviewer, sme or admin)",
    ]
    assert "from    ana: spam or an honest link?\n" in shown
    assert answers(project) == {"c2": {"label": "ham"}}


def test_escalated_questions_are_refused_to_an_annotator_with_the_way_to_a_role(project):
    out = project.run()

    called = call("review", out, "--terminal", "--escalated", "--person", "ana")

    assert (called.code, called.out) == (2, "")
    assert called.err == (
        'rubricate: "ana" is an annotator, and what is escalated goes to a reviewer, sme or admin\n'
        f"help: rubricate review user {out} ana --role reviewer\n"
    )


def test_people_of_a_project_are_listed_with_their_roles(project):
    out = project.run()
    call("review", "user", out, "bea", "--role", "sme", "--name", "Bea B.")
    project.answer(out, "q")

    assert call("review", "user", project.folder).out == "ana  annotator\nbea  sme  Bea B.\n"
    assert call("review", "user", out, "--json").out == (
        '[\n  {\n    "id": "ana",\n    "name": "ana",\n    "role": "annotator"\n  },\n'
        '  {\n    "id": "bea",\n    "name": "Bea B.",\n    "role": "sme"\n  }\n]\n'
    )


def test_end_of_input_is_quit(project):
    assert "> 0 questions answered now" in project.answer(project.run(), "")


def test_answer_keeps_who_when_under_which_guideline_and_what_was_suggested(project):
    project.write(ROWS[1:2])
    project.answer(project.run(), "2", person="ben")

    with open_people(project.folder / "people.db") as people:
        [question] = people.questions()
        [answer] = people.answers(question.id)

    assert (answer.person, answer.guideline_id, answer.guideline_version) == ("ben", "comment-guide", "3.1.0")
    assert answer.at.startswith("20")
    assert [(one["label"], one["score"]) for one in answer.suggested] == [("spam", 0.6)]


def test_only_what_the_run_asks_is_asked(project):
    first = project.run("first")
    project.write([{"id": "d1", "text": "www and nothing else"}])
    second = project.run("second")

    assert "d1 review" in project.answer(second, "q", person="ben")
    assert project.answer(second, "1", person="cem").count("review\n") == 1
    assert "c2 review" in project.answer(first, "q", person="dan")


def test_what_a_run_asks_no_more_is_not_shown(project):
    out = project.run()
    project.write([ROWS[5]])
    project.run("first", "--overwrite")

    assert project.answer(out, "1").count(" review\n") == 1
    assert answers(project) == {"c6": {"label": "spam"}}


def test_question_of_a_moved_run_is_still_asked(project):
    out = project.run()

    assert "c2 review" in project.answer(out.rename(out.with_name("renamed")), "q")


def test_text_can_do_nothing_to_the_terminal(project):
    project.write([{"id": "e\x1b[2J", "text": "www \x1b[2J\x07"}], guideline=GUIDELINE + "\x1b[2J")

    assert "\x1b" not in project.answer(project.run(), "q")
