"""Receipts and what makes them count."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricate.errors import RunError
from rubricate.storage.receipts import (
    Part,
    Receipt,
    decode_routes,
    encode_routes,
    load_receipt,
    read_receipt,
    store_receipt,
)

CONTENT = b'{"id":1}\n'
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PATH = f"records/part-00000-{SHA256[:8]}.jsonl"
RECEIPT = Receipt(
    unit=0,
    key="k" * 64,
    parts=(Part(folder="records", path=PATH, sha256=SHA256, rows=1),),
    routes="a1",
    tally={"read": 1},
    seconds=0.5,
    writers={"rubricate": "1"},
)


@pytest.fixture
def out(tmp_path):
    (tmp_path / "records").mkdir()
    (tmp_path / ".rubricate" / "receipts").mkdir(parents=True)
    (tmp_path / PATH).write_bytes(CONTENT)
    return tmp_path


def test_stored_receipt_comes_back(out):
    store_receipt(out, RECEIPT)

    assert load_receipt(out, RECEIPT.key) == RECEIPT


def test_unknown_key_has_no_receipt(out):
    assert load_receipt(out, "0" * 64) is None


@pytest.mark.parametrize("content", [None, b"", b"{}\n"], ids=["missing", "empty", "changed"])
def test_receipt_whose_part_is_not_whole_counts_as_absent(out, content):
    store_receipt(out, RECEIPT)
    if content is None:
        (out / PATH).unlink()
    else:
        (out / PATH).write_bytes(content)

    assert load_receipt(out, RECEIPT.key) is None


@pytest.mark.parametrize(
    "damage",
    [lambda text: text[:-5], lambda text: text.replace(b'"a1"', b'"r1"'), lambda text: b"[]", lambda text: b"{}"],
    ids=["cut", "changed", "list", "empty"],
)
def test_damaged_receipt_counts_as_absent_and_is_replaced(out, damage):
    store_receipt(out, RECEIPT)
    path = out / ".rubricate" / "receipts" / f"{RECEIPT.key}.json"
    path.write_bytes(damage(path.read_bytes()))

    assert load_receipt(out, RECEIPT.key) is None
    store_receipt(out, RECEIPT)
    assert load_receipt(out, RECEIPT.key) == RECEIPT


def test_time_taken_does_not_make_a_receipt_different(out):
    store_receipt(out, RECEIPT)
    store_receipt(out, replace(RECEIPT, seconds=9.0, writers={"rubricate": "2"}))
    known = read_receipt(out, RECEIPT.key)

    assert known is not None
    assert known.seconds == 0.5


def test_second_result_that_differs_is_an_error(out):
    store_receipt(out, RECEIPT)

    with pytest.raises(RunError, match="unit 0 gave two different results"):
        store_receipt(out, replace(RECEIPT, routes="r1"))


def test_receipt_cannot_name_a_file_outside_the_run(out):
    (out.parent / "part-00000-00000000.jsonl").write_bytes(CONTENT)
    part = Part(folder="..", path="../part-00000-00000000.jsonl", sha256=SHA256, rows=1)
    store_receipt(out, replace(RECEIPT, parts=(part,)))

    assert load_receipt(out, RECEIPT.key) is None


@given(st.text(alphabet="arsuqdp", max_size=60))
def test_routes_survive_run_length_encoding(letters):
    assert decode_routes(encode_routes(letters)) == letters
