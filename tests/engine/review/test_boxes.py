"""Questions about boxes in a terminal: they are chosen by number, or typed as pixels."""

import pytest

from rubricate.errors import UsageError
from rubricate.reporting.viewing import AS_WRITTEN
from rubricate.review.keys import answer_keys, answer_of, ask_text
from rubricate.review.proposing import proposal
from rubricate.review.terminal import TerminalReview
from rubricate.running.settling import settle
from rubricate.storage.people import open_people
from rubricate.storage.people_values import Question as AskedQuestion


class Question:
    """What of a question the keys look at."""

    kind, labels, field, fields = "box", ("dent",), "photo", {}
    suggestion = (
        {"label": "dent", "field": "photo", "x": 50, "y": 60, "width": 7, "height": 8, "score": 0.5},
        {"label": "dent", "field": "photo", "x": 1, "y": 2, "width": 3, "height": 4, "score": 0.6},
    )


ONE, TWO = {"x": 1, "y": 2, "width": 3, "height": 4}, {"x": 50, "y": 60, "width": 7, "height": 8}


def test_boxes_are_offered_from_the_top_of_the_image_down():
    assert ask_text(Question) == "mark every dent in photo with a box"
    assert answer_keys(Question, AS_WRITTEN) == [
        "1 at 1,2 3 x 4", "2 at 50,60 7 x 8", "1,2 only these", "n none", "m X Y WIDTH HEIGHT mark other boxes",
        "a accept",
    ]  # fmt: skip
    assert proposal(Question) == {"boxes": [ONE, TWO]}


@pytest.mark.parametrize(
    ("typed", "boxes"),
    [("a", [ONE, TWO]), ("n", []), ("2", [TWO]), ("2,1", [ONE, TWO]), ("m 50 60 7 8", [TWO]), ("m 50,60,7,8 | 1 2 3 4", [ONE, TWO])],
)  # fmt: skip
def test_key_is_the_complete_set_of_boxes(typed, boxes):
    assert answer_of(Question, typed, AS_WRITTEN) == {"boxes": boxes}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("3", '"3" is no key here'),
        ("1,1", '"1,1" names a box twice'),
        ("m 1 2 3", '"1 2 3" is no box'),
        ("m 1 2 0 4", '"1 2 0 4" is no box'),
        ("m 1 2 -3 4", '"1 2 -3 4" is no box'),
        ("y", '"y" is no key here'),
    ],
)
def test_what_means_no_box_is_told(typed, message):
    with pytest.raises(UsageError) as caught:
        answer_of(Question, typed, AS_WRITTEN)

    assert caught.value.message == message


def test_answer_replaces_what_the_machine_found_on_that_image():
    machine = {"kind": "box", "label": "dent", "field": "photo", **TWO, "score": 0.9}
    said = {
        "route": "review", "decisions": {"dent": "uncertain"}, "annotations": [machine],
        "suggestions": [{**machine, **ONE}],
        "questions": [{"id": "q", "kind": "box", "subject": "dent", "labels": ["dent"], "field": "photo"}],
    }  # fmt: skip

    settled = settle(said, {"q": {"value": {"boxes": [ONE]}, "by": "ann"}})

    assert (settled["route"], settled["decisions"]) == ("settled", {"dent": "accepted"})
    assert settled["annotations"] == [
        {"kind": "box", "label": "dent", "field": "photo", **ONE, "by": "ann", "decision": "accepted"}
    ]


def test_boxes_that_others_marked_are_told_in_words(tmp_path):
    asked = AskedQuestion(
        id="q1",
        record_id="c1",
        kind="box",
        labels=("dent",),
        field="photo",
        fingerprint="f",
        shown_digest="d",
        overlap=2,
    )
    written = []
    with open_people(tmp_path / "people.db") as people:
        for id, role in (("ann", "annotator"), ("bob", "annotator"), ("rea", "reviewer")):
            people.add_person(id, name=id, role=role)
        people.add_questions([asked], run="r")
        people.record_answer("q1", "ann", {"boxes": [ONE, TWO]})
        people.record_answer("q1", "bob", {"boxes": []})
        review = TerminalReview(
            people, "rea", sections={}, ask=lambda _prompt: "q", write=written.append, escalated=True
        )
        review.work()

    assert [line for line in "".join(written).splitlines() if line.startswith("said")] == [
        "said    ann: at 1,2 3 x 4, at 50,60 7 x 8", "said    bob: none",
    ]  # fmt: skip
