"""Responses are stored whole, once, and trusted only as long as they are what was stored."""

import logging

from rubricate.storage.responses import StoredResponses


def test_a_response_is_read_as_it_was_stored(tmp_path):
    stored = StoredResponses(tmp_path / "llm")

    stored.keep("ab", b'{"b": 1, "a": "x"}')

    assert (stored.load("ab"), stored.load("cd")) == (b'{"a":"x","b":1}', None)


def test_the_first_response_stands(tmp_path):
    stored = StoredResponses(tmp_path)
    stored.keep("ab", b'{"a": 1}')

    assert stored.keep("ab", b'{"a": 2}') == b'{"a":1}'


def test_a_damaged_response_is_none_and_moved_aside(tmp_path, caplog):
    stored = StoredResponses(tmp_path)
    stored.keep("ab", b'{"a": 1}')
    path = tmp_path / "ab.json"
    path.write_bytes(path.read_bytes().replace(b'"a":1', b'"a":2'))

    with caplog.at_level(logging.WARNING):
        found = stored.load("ab")

    assert (found, sorted(each.name for each in tmp_path.iterdir())) == (None, ["ab.damaged"])
