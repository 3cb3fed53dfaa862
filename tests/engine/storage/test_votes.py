"""Votes kept in a file: given back as they were, as far as the file is whole; a disk that fails costs no run."""

from __future__ import annotations

import pytest

from rubricate.storage.votes import Kept, KeptVotes, VotesWriter, copy_votes, read_votes_header, votes_file

VOTE = ["spam", 3, 0.95, [["word", "text", 0, 4, None, 2]], None, None]
SPAN = ["price", 1, 0.6, [["amount", "text", 5, 7, 0.5, {"n": "5"}]], ["text", 5, 7], "5"]


def write(out, name="unit", *, header=None):
    writer = VotesWriter(out, name)
    writer.begin({"reading": "r"} if header is None else header)
    writer.add(0, [1, 0, 3], [(0, [VOTE]), (2, [VOTE, SPAN])])
    writer.add(3, [1, 1], [(1, [SPAN])])
    writer.finish()
    return votes_file(out, name)


ALL = {0: Kept(1, [VOTE]), 2: Kept(3, [VOTE, SPAN]), 3: Kept(1, ()), 4: Kept(1, [SPAN])}


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 9])
def test_votes_come_back_whatever_the_batches(tmp_path, batch):
    kept = KeptVotes(write(tmp_path))

    found = {}
    for first in range(0, 9, batch):
        found |= kept.take(first, batch)
    assert (kept.header, found) == ({"reading": "r"}, ALL)


def test_records_may_be_passed_over(tmp_path):
    assert KeptVotes(write(tmp_path)).take(2, 2) == {2: ALL[2], 3: ALL[3]}
    assert KeptVotes(write(tmp_path)).take(4, 9) == {4: ALL[4]}


def test_a_file_is_believed_up_to_where_it_is_damaged(tmp_path):
    content = write(tmp_path).read_bytes()
    found = set()
    for place in range(len(content)):
        path = tmp_path / "damaged"
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        kept = KeptVotes(path)
        known = kept.take(0, 9)
        assert known.items() <= ALL.items()
        assert kept.header in ({}, {"reading": "r"})
        found.add(tuple(known))

    assert found == {(), (0, 2)}


def test_a_chunk_of_another_file_is_not_believed(tmp_path):
    one, other = write(tmp_path, "one").read_bytes(), write(tmp_path, "other", header={"reading": "s"}).read_bytes()
    path = tmp_path / "mixed"
    path.write_bytes(other[: len(other) // 2] + one[len(one) // 2 :])

    assert len(one) == len(other)
    assert KeptVotes(path).take(3, 2) == {}


def test_what_is_no_file_of_votes_holds_none(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    for path in (tmp_path / "empty", tmp_path / "absent", tmp_path):
        assert (read_votes_header(path), KeptVotes(path).take(0, 5)) == ({}, {})


def test_a_record_whose_votes_cannot_be_written_counts_as_unknown(tmp_path):
    writer = VotesWriter(tmp_path, "unit")
    writer.begin({})
    writer.add(0, [1, 1], [(0, [["a", 0, 0.9, [], None, {1, 2}]]), (1, [VOTE])])
    writer.finish()

    assert KeptVotes(votes_file(tmp_path, "unit")).take(0, 2) == {1: Kept(1, [VOTE])}


def test_an_unfinished_file_leaves_nothing(tmp_path):
    writer = VotesWriter(tmp_path, "unit")
    writer.begin({})
    writer.add(0, [1], [(0, [VOTE])])
    writer.discard()

    assert list(votes_file(tmp_path, "unit").parent.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_the_votes_alone(tmp_path):
    (tmp_path / ".rubricate").mkdir()
    (tmp_path / ".rubricate" / "votes").write_text("in the way")

    write(tmp_path)

    assert (tmp_path / ".rubricate" / "votes").read_text() == "in the way"


def test_votes_are_copied_whole(tmp_path):
    path = write(tmp_path / "first")
    copy_votes(tmp_path / "first", "unit", tmp_path / "second", "other", run="1")
    copy_votes(tmp_path / "first", "absent", tmp_path / "second", "none", run="1")

    copied = votes_file(tmp_path / "second", "other")
    assert [each.name for each in copied.parent.iterdir()] == ["other.votes"]
    assert copied.read_bytes() == path.read_bytes()
