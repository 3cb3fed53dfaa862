"""Index files of pass 1."""

import pytest

from rubricate.model.descriptors import RawRecord, Unreadable
from rubricate.running.indexing import ROW, IndexFile, index_path, is_index_sound, write_index
from support.fake_run import FakeLabeller

FINGERPRINT = b"f" * 16
RECORDS = [
    RawRecord(1, 0, b"", {"id": "bé", "text": "x"}),
    Unreadable("json", "", 2, 10, 3, b"{.."),
    RawRecord(3, 20, b"", {"id": "a", "text": "x"}),
]


def rows_of(rows):
    content = rows.path.read_bytes()[rows.start : rows.start + rows.count * ROW.size]
    return list(ROW.iter_unpack(content))


@pytest.mark.parametrize("dedupe", [True, False], ids=["exact", "none"])
def test_rows_are_sorted_by_digest(tmp_path, dedupe):
    labeller = FakeLabeller(dedupe=dedupe)
    write_index(tmp_path, 4, RECORDS, labeller.identify, fingerprint=FINGERPRINT)
    keys = [(ordinal, labeller.identify(RECORDS[ordinal])) for ordinal in (0, 2)]

    with IndexFile(tmp_path, 4) as file:
        assert rows_of(file.id_rows) == sorted((id_digest, 4, ordinal) for ordinal, (_, id_digest, *_) in keys)
        assert rows_of(file.content_rows) == (
            [(content, 4, ordinal) for ordinal, (_, _, content, _) in keys] if dedupe else []
        )


def test_ids_are_found_by_position(tmp_path):
    write_index(tmp_path, 0, RECORDS, FakeLabeller().identify, fingerprint=FINGERPRINT)

    with IndexFile(tmp_path, 0) as file:
        assert [file.id_of(ordinal) for ordinal in range(file.items)] == ["bé", "", "a"]


def test_whole_file_is_sound_and_knows_its_size(tmp_path):
    write_index(tmp_path, 0, RECORDS, FakeLabeller().identify, fingerprint=FINGERPRINT)

    assert is_index_sound(tmp_path, 0, fingerprint=FINGERPRINT) == 3


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[:-1], lambda content: content[:90] + b"!" + content[91:]],
    ids=["empty", "cut", "changed"],
)
def test_damaged_file_is_not_sound(tmp_path, damage):
    write_index(tmp_path, 0, RECORDS, FakeLabeller().identify, fingerprint=FINGERPRINT)
    path = index_path(tmp_path, 0)
    path.write_bytes(damage(path.read_bytes()))

    assert is_index_sound(tmp_path, 0, fingerprint=FINGERPRINT) is None


def test_file_made_for_another_unit_is_not_sound(tmp_path):
    write_index(tmp_path, 0, RECORDS, FakeLabeller().identify, fingerprint=FINGERPRINT)

    assert is_index_sound(tmp_path, 0, fingerprint=b"g" * 16) is None
    assert is_index_sound(tmp_path, 1, fingerprint=FINGERPRINT) is None
