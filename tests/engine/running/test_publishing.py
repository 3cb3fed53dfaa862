"""The manifest."""

from dataclasses import replace

import orjson
import pytest

from rubricate.errors import RunError
from rubricate.running.publishing import make_body, named_parts, publish, read_manifest
from rubricate.running.tally import empty, terms
from rubricate.running.workspace import make_folders
from rubricate.storage.layout import manifests_folder
from rubricate.storage.ledger import Unit
from rubricate.storage.receipts import Part, Receipt
from support.fake_run import OPTIONS, PLAN, FakeInput, write_dump

UNIT = Unit(ordinal=0, input=0, slice=0, offset=0, length=10, first=1, items=2)
PATH = "records/part-00000-01234567.jsonl"
RECEIPT = Receipt(
    unit=0,
    key="k",
    parts=(Part(folder="records", path=PATH, sha256="ab" * 32, rows=2),),
    routes="a2",
    tally={**empty(), "read": 2, "routes": {"accepted": 2}},
)


@pytest.fixture
def source(tmp_path):
    return FakeInput(write_dump(tmp_path / "dump.jsonl", records=2))


@pytest.fixture
def out(tmp_path):
    make_folders(tmp_path / "out")
    return tmp_path / "out"


def publish_at(out, body, now):
    return publish(out, body, now=now, seconds=1.5, repeated=3, run="r")


def test_body_says_what_was_read_and_what_it_came_to(source):
    plan = replace(PLAN, guideline={"id": "spam", "version": "2"}, plugins={"regex": "1"}, answers="cd" * 32)

    assert make_body(plan, [source], replace(OPTIONS, limit=2), [(UNIT, RECEIPT)], parent="ef" * 32) == {
        "ruleset": {"name": "fake", "version": "1", "digest": "0" * 64},
        "guideline": {"id": "spam", "version": "2"},
        "labels": {},
        "plan": PLAN.digest,
        "plugins": {"regex": "1"},
        "options": {},
        "partial": {"limit": 2},
        "sources": [
            {
                "name": "dump.jsonl",
                "size": source.size,
                "sha256": source.sha256,
                "read": 2,
                "routes": {**terms(empty()), "read": 2, "accepted": 2},
            }
        ],
        "answers": "cd" * 32,
        "counts": {**empty(), "read": 2, "routes": {**empty()["routes"], "accepted": 2}},
        "parts": [{"path": PATH, "sha256": "ab" * 32, "rows": 2, "unit": 0}],
        "parent": "ef" * 32,
    }


@pytest.mark.parametrize(
    ("unit", "tally"),
    [(replace(UNIT, items=3), RECEIPT.tally), (UNIT, {**empty(), "read": 2, "routes": {"accepted": 1}})],
    ids=["read more than counted", "counted more than placed"],
)
def test_counts_that_do_not_balance_are_not_published(source, unit, tally):
    with pytest.raises(RunError, match=r"dump\.jsonl: counts do not balance: \d records went in, 2 read"):
        make_body(PLAN, [source], OPTIONS, [(unit, replace(RECEIPT, tally=tally))])


def test_manifest_comes_back_as_published(source, out):
    body = make_body(PLAN, [source], OPTIONS, [(UNIT, RECEIPT)])
    digest = publish_at(out, body, 0.0)
    manifest = read_manifest(out)

    assert (manifest.digest, manifest.body, named_parts(manifest.body)) == (digest, body, {PATH})
    assert (manifest.annex["created"], manifest.annex["repeated_ids"]) == ("1970-01-01T00:00:00+00:00", 3)
    assert [path.name for path in manifests_folder(out).iterdir()] == [f"{digest}.json"]


def test_publishing_the_same_again_leaves_the_manifest_as_it_is(source, out):
    body = make_body(PLAN, [source], OPTIONS, [(UNIT, RECEIPT)])
    publish_at(out, body, 0.0)
    before = (out / "manifest.json").read_bytes()
    publish_at(out, body, 1e9)

    assert (out / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        (b"[]", "is not a manifest of a run"),
        (orjson.dumps({"format": "x-9", "digest": "", "body": {}, "annex": {}}), 'has the format "x-9"'),
        (
            orjson.dumps({"format": "rubricate-manifest-1", "digest": "", "body": {}, "annex": {}}),
            "was changed after it was published",
        ),
    ],
    ids=["cut", "other", "newer", "changed"],
)
def test_unusable_manifest_is_refused(tmp_path, content, message):
    (tmp_path / "manifest.json").write_bytes(content)

    with pytest.raises(RunError, match=message):
        read_manifest(tmp_path)
