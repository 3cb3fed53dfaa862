"""Samples of a run's folders."""

from __future__ import annotations

import itertools

from rubricate.model.offsets import OffsetMap
from rubricate.reporting.samples import Dropped, Quarantined, Reservoir, draw_samples
from rubricate.reporting.viewing import Texts
from support.runs import fake_run

LABELS = ("spam", "ham", "link", "insult")


def one_folder(name, *records):
    return lambda folder: iter(records if folder == name else ())


def asked(id, why, labels=("spam",)):
    questions = [{"labels": list(labels), "why": why}]
    return {"text": id, "rubricate": {"id": id, "route": "review", "questions": questions}}


def test_the_order_of_records_changes_no_sample():
    run = fake_run(size=300)
    backwards = {folder: list(reversed(rows)) for folder, rows in run.folders.items()}

    there = draw_samples(run.records, labels=LABELS)
    back = draw_samples(lambda folder: iter(backwards[folder]), labels=LABELS)

    assert there.labels == back.labels
    assert there.nothing == back.nothing
    assert there.reasons == back.reasons


def test_a_group_keeps_the_smallest_hashes_and_makes_only_what_it_keeps():
    made = []
    reservoir = Reservoir(2)

    for place in (5, 9, 3, 8, 1):
        reservoir.offer("group", place, lambda place=place: made.append(place) or place)

    assert reservoir.drawn("group") == (1, 3)
    assert made == [5, 9, 3, 1]


def test_labels_that_are_not_asked_for_are_not_kept():
    run = fake_run(size=100)

    assert list(draw_samples(run.records, labels=["spam"]).labels) == ["spam"]


def test_reasons_that_differ_in_numbers_are_one_group_with_a_range():
    records = one_folder(
        "review",
        asked("a", "uncertain: spam 0.70 is below 0.85"),
        asked("b", "uncertain: spam 0.62 is below 0.85"),
        asked("c", "none: no rule spoke for spam2.1"),
    )

    reasons = draw_samples(records).reasons

    assert [(reason.why, reason.count, len(reason.samples)) for reason in reasons] == [
        ("uncertain: spam 0.62 to 0.70 is below 0.85", 2, 2),
        ("none: no rule spoke for spam2.1", 1, 1),
    ]


def test_reasons_beyond_the_bound_are_counted_together():
    words = ("".join(letters) for letters in itertools.product("abcdefgh", repeat=3))
    records = one_folder("review", *(asked(str(n), word) for n, word in zip(range(250), words, strict=False)))

    samples = draw_samples(records)

    assert (len(samples.reasons), samples.other_reasons) == (200, 50)


def test_texts_are_cut_with_their_evidence_in_view():
    evidence = [{"matcher": "m", "field": "text", "start": 500_000, "end": 500_004}]
    annotation = {"kind": "document", "label": "spam", "votes": [{"rule": "r", "score": 1.0, "evidence": evidence}]}
    text = "x" * 500_000 + "SPAM" + "y" * 500_000
    record = {"text": text, "rubricate": {"id": "a", "route": "accepted", "annotations": [annotation]}}

    (picture,) = draw_samples(one_folder("records", record), labels=["spam"]).labels["spam"]

    (field,) = picture.fields
    assert [segment.text for segment in field.segments if segment.marks] == ["SPAM"]
    assert sum(len(segment.text) for segment in field.segments) < 600
    assert sum(len(segment.text) for segment in field.whole) < 12_600
    assert field.length == len(text)


def test_whole_texts_are_kept_up_to_the_room_that_the_page_has(monkeypatch):
    monkeypatch.setattr("rubricate.reporting.samples.WHOLE_ROOM", 2_000)
    records = [
        {"text": f"{word} " * 200, "rubricate": {"id": word, "route": "accepted", "annotations": [{"label": "spam"}]}}
        for word in ("four", "five", "nine")
    ]

    pictures = draw_samples(lambda folder: iter(records if folder == "records" else ()), labels=["spam"]).labels["spam"]

    assert [len(field.whole) for picture in pictures for field in picture.fields] == [1, 1, 0]


def test_samples_show_the_texts_that_rules_see():
    annotation = {"kind": "span", "label": "spam", "field": "text", "start": 3, "end": 6}
    record = {"text": "<b>buy</b> now", "rubricate": {"id": "a", "route": "accepted", "annotations": [annotation]}}
    shown = Texts({"text": "buy now"}, {"text": OffsetMap([(0, 3, 3, 6), (3, 7, 10, 14)])})

    drawn = draw_samples(one_folder("records", record), labels=["spam"], viewer=lambda _record: shown)

    [field] = drawn.labels["spam"][0].fields
    assert [(segment.text, [mark.label for mark in segment.marks]) for segment in field.segments] == [
        ("buy", ["spam"]),
        (" now", []),
    ]


def test_dropped_records_name_what_they_repeat():
    record = {"text": "hi", "rubricate": {"id": "b", "route": "dropped", "reason": "duplicate", "duplicate_of": "a"}}

    dropped = draw_samples(one_folder("dropped", record)).dropped

    assert dropped == {"duplicate": (Dropped(id="b", text="hi", duplicate_of="a"),)}


def test_near_duplicates_say_how_near_they_are():
    said = {"id": "b", "route": "dropped", "reason": "near_duplicate", "duplicate_of": "a", "distance": 4}

    dropped = draw_samples(one_folder("dropped", {"text": "hi", "rubricate": said})).dropped

    assert dropped == {"near_duplicate": (Dropped(id="b", text="hi", duplicate_of="a", distance=4),)}


def test_quarantined_regions_keep_their_place():
    said = {
        "route": "quarantined", "reason": "json", "detail": "no JSON", "source": "dump.jsonl", "line": 12,
        "offset": 3456, "length": 99, "sample": "{",
    }  # fmt: skip

    quarantined = draw_samples(one_folder("quarantine", {"rubricate": said})).quarantined

    entry = Quarantined(source="dump.jsonl", line=12, offset=3456, length=99, detail="no JSON", sample="{")
    assert quarantined == {"json": (entry,)}


def test_another_key_than_rubricate_is_read_when_asked():
    record = {"text": "hi", "ours": {"id": "a", "route": "accepted", "annotations": [{"label": "spam"}]}}

    samples = draw_samples(one_folder("records", record), labels=["spam"], key="ours")

    assert [picture.id for picture in samples.labels["spam"]] == ["a"]
