"""Findings about a published run."""

import orjson
import pytest

from rubricate.running.verifying import Finding, verify_run
from rubricate.storage.objects import digest_value
from support.fake_run import run_fake, write_dump


@pytest.fixture
def out(tmp_path):
    run_fake(tmp_path / "out", write_dump(tmp_path / "dump.jsonl"))
    return tmp_path / "out"


@pytest.fixture
def part(out):
    return next((out / "records").iterdir())


def rewrite(out, change):
    """Change the manifest's body and give it the digest that it then has."""
    path = out / "manifest.json"
    document = orjson.loads(path.read_bytes())
    change(document["body"])
    document["digest"] = digest_value(document["body"])
    path.write_bytes(orjson.dumps(document))


def test_untouched_run_has_no_findings(out):
    assert verify_run(out) == []


def test_missing_part_is_found(out, part):
    part.unlink()

    message = "the manifest names this part, but it is not there"
    assert verify_run(out) == [Finding(what="missing", path=f"records/{part.name}", message=message)]


def test_changed_part_is_found(out, part):
    part.write_bytes(part.read_bytes() + b"{}\n")

    assert [(finding.what, finding.path) for finding in verify_run(out)] == [
        ("digest", f"records/{part.name}"),
        ("rows", f"records/{part.name}"),
    ]


def test_changed_manifest_is_found(out):
    path = out / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"rows": 5', b'"rows": 6', 1))

    assert verify_run(out)[0].message == f"{path}: was changed after it was published"


def test_unfinished_run_is_found(tmp_path):
    (tmp_path / "out").mkdir()

    message = "there is none: the run has not been finished"
    assert verify_run(tmp_path / "out") == [Finding(what="manifest", path="manifest.json", message=message)]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("records/part-00099-01234567.jsonl", "unnamed"),
        ("records/notes.txt", "foreign"),
        ("notes.txt", "foreign"),
        ("review/.tmp-0-dead", "unfinished"),
    ],
)
def test_what_stands_beside_the_run_is_found(out, name, what):
    (out / name).write_text("")

    assert [(finding.what, finding.path) for finding in verify_run(out)] == [(what, name)]


def test_counts_that_do_not_balance_are_found(out):
    rewrite(out, lambda body: body["counts"]["routes"].update(accepted=0))

    assert {(finding.what, finding.path) for finding in verify_run(out)} == {
        ("counts", "manifest.json"),
        ("counts", "records"),
    }


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        (
            {"accepted": 0, "settled": 0},
            [
                "dump.jsonl: 40 read + 0 made != 5 dropped + 3 quarantined + 0 split + 0 accepted + 8 review + 0 settled + 0 undecided",
                "the sources come to 0 accepted, the counts say 24",
            ],
        ),
        (
            {"accepted": 22, "settled": 2},
            [
                "the sources come to 22 accepted, the counts say 24",
                "the sources come to 2 settled, the counts say 0",
            ],
        ),
    ],
    ids=["lost", "misplaced"],
)
def test_source_whose_records_are_lost_is_found(out, change, messages):
    rewrite(out, lambda body: body["sources"][0]["routes"].update(change))

    assert verify_run(out) == [Finding(what="counts", path="manifest.json", message=message) for message in messages]


def test_records_that_only_balance_over_two_sources_are_found(tmp_path, out):
    two = tmp_path / "two"
    run_fake(two, tmp_path / "dump.jsonl", write_dump(tmp_path / "other.jsonl", records=9))

    def move(body):
        for source, number in zip(body["sources"], (1, -1), strict=True):
            source["routes"]["accepted"] += number

    assert verify_run(two) == []
    rewrite(two, move)
    assert [finding.message.split(":")[0] for finding in verify_run(two)] == ["dump.jsonl", "other.jsonl"]


def test_source_that_does_not_say_where_its_records_went_is_found(out):
    rewrite(out, lambda body: body["sources"][0].pop("routes"))

    message = "dump.jsonl: it is not said where its records went"
    assert verify_run(out) == [Finding(what="counts", path="manifest.json", message=message)]


def test_manifest_cannot_name_a_file_outside_the_run(out):
    rewrite(out, lambda body: body["parts"][0].update(path="../dump.jsonl"))

    assert verify_run(out)[0] == Finding(
        what="manifest", path="../dump.jsonl", message="the manifest names what is no part"
    )
