import json

import pytest

from rubricate.errors import RunError, UsageError
from rubricate.running.reading import annotation_id, complete, read_run_records
from rubricate.storage.objects import digest_bytes, digest_value
from rubricate.storage.receipts import Part, Receipt, store_receipt

SPAM = {"kind": "document", "label": "spam"}


def said(id, route="accepted", **more):
    return {"v": 1, "id": id, "plan": "9f3c01d2", "route": route, "decisions": {}, "annotations": [], **more}


@pytest.fixture
def run(tmp_path):
    """Writes a run with these parts: path -> records."""

    def write(parts):
        named = []
        for unit, (path, records) in enumerate(parts.items()):
            content = b"".join(json.dumps(record).encode() + b"\n" for record in records)
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_bytes(content)
            named.append({"path": path, "sha256": digest_bytes(content), "rows": len(records), "unit": unit})
        body = {"parts": named}
        manifest = {"format": "rubricate-manifest-1", "digest": digest_value(body), "body": body, "annex": {}}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        return tmp_path

    return write


def ids(records):
    return [record["rubricate"]["id"] for record in records]


def test_records_come_in_the_order_of_the_manifest(run):
    out = run(
        {
            "records/part-00001-b.jsonl": [{"rubricate": said("1")}, {"rubricate": said("2")}],
            "review/part-00001-c.jsonl": [{"rubricate": said("3", "review")}],
            "records/part-00000-a.jsonl": [{"rubricate": said("4")}],
        }
    )

    assert ids(read_run_records(out)) == ["1", "2", "4"]
    assert ids(read_run_records(out, folders=("records", "review"))) == ["1", "2", "3", "4"]
    assert ids(read_run_records(out, folders=("dropped",))) == []


def test_part_that_lacks_a_record_of_its_receipt_is_damaged(run):
    out = run({"records/part-00000-a.jsonl": [{"rubricate": said("1")}, {"rubricate": said("3")}]})
    document = json.loads((out / "manifest.json").read_text())
    review = b'{"rubricate":' + json.dumps(said("2", "review")).encode() + b"}\n"
    (out / "review").mkdir()
    (out / "review" / "part-00000-b.jsonl").write_bytes(review)
    named = {"path": "review/part-00000-b.jsonl", "sha256": digest_bytes(review), "rows": 1, "unit": 0}
    document["body"]["parts"].append(named)
    document["digest"] = digest_value(document["body"])
    (out / "manifest.json").write_text(json.dumps(document))
    parts = [Part(folder=part["path"].partition("/")[0], path=part["path"], sha256=part["sha256"], rows=part["rows"])
             for part in document["body"]["parts"]]  # fmt: skip
    (out / ".rubricate" / "receipts").mkdir(parents=True)
    store_receipt(out, Receipt(unit=0, key="k", parts=tuple(parts), routes="a1r1a1", tally={}))

    assert ids(read_run_records(out, ("records", "review"))) == ["1", "2", "3"]

    (out / "review" / "part-00000-b.jsonl").write_bytes(b"")

    with pytest.raises(RunError, match="has fewer rows than the manifest says"):
        list(read_run_records(out, ("records", "review")))


def test_derived_parts_are_filled_in():
    vote = {"rule": "cheap", "score": 0.9, "cites": [], "evidence": []}
    price = {"kind": "span", "label": "price", "field": "text", "start": 2, "end": 4, "votes": [vote]}
    record = {"text": "😀 5$", "rubricate": said("c17", annotations=[{**SPAM, "votes": [vote]}], suggestions=[price])}

    filled = complete(record)["rubricate"]

    full_vote = {"matcher": None, "polarity": "for", **vote}
    assert filled["annotations"] == [{"id": annotation_id("c17", SPAM), **SPAM, "votes": [full_vote], "by": "machine"}]
    assert filled["suggestions"] == [
        {"id": annotation_id("c17", price), **price, "votes": [full_vote], "text": "5$", "by": "machine"}
    ]


def test_what_is_said_is_not_derived():
    annotation = {"id": "0123456789abcdef", "by": "ana", **SPAM}

    assert complete({"rubricate": said("c17", annotations=[annotation])})["rubricate"]["annotations"] == [annotation]


def test_completing_leaves_its_argument_alone():
    record = {"rubricate": said("c17", annotations=[SPAM])}
    before = json.dumps(record)

    complete(record)

    assert json.dumps(record) == before


def test_id_of_an_annotation_rests_on_record_label_and_place():
    span = {"kind": "span", "label": "spam", "field": "text", "start": 2, "end": 4}
    others = [
        ("c17", SPAM), ("c18", SPAM), ("c17", {**SPAM, "label": "ham"}), ("c17", span), ("c17", {**span, "end": 5}),
        ("c17", {**span, "field": "title"}),
    ]  # fmt: skip

    assert len({annotation_id(*other) for other in others}) == len(others)
    assert annotation_id("c17", {**span, "by": "ana", "score": 1, "text": "x"}) == annotation_id("c17", span)


def test_quarantined_and_foreign_rows_stay_as_they_are():
    row = {"rubricate": {"v": 1, "plan": "9f3c01d2", "route": "quarantined", "reason": "json"}}

    assert complete(row) == row
    assert complete({"a": 1}) == {"a": 1}


def test_other_output_key_is_found():
    found = complete({"said": said("c17", annotations=[SPAM])}, key="said")

    assert found["said"]["annotations"][0]["by"] == "machine"


def test_changed_part_is_refused_before_its_first_record(run):
    path = "records/part-00000-a.jsonl"
    out = run({path: [{"rubricate": said("1")}]})
    (out / path).write_bytes(json.dumps({"rubricate": said("2")}).encode() + b"\n")

    with pytest.raises(RunError, match=r"part-00000-a\.jsonl: is not what the manifest says"):
        next(read_run_records(out, verify=True))


@pytest.mark.parametrize(("content", "words"), [(b"{\n", "line 1 is not JSON"), (None, "is missing")])
def test_part_that_cannot_be_read_is_named(run, content, words):
    path = "records/part-00000-a.jsonl"
    out = run({path: [{"rubricate": said("1")}]})
    if content is None:
        (out / path).unlink()
    else:
        (out / path).write_bytes(content)

    with pytest.raises(RunError, match=f"part-00000-a.jsonl: {words}"):
        list(read_run_records(out))


def test_folder_without_a_finished_run_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="holds no finished run"):
        read_run_records(tmp_path)


def test_folder_that_no_run_has_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match='"recrods" is not a folder of a run'):
        read_run_records(tmp_path, folders=("recrods",))
