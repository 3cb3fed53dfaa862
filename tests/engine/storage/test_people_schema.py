"""Opening people.db of any age."""

import sqlite3
import stat

import pytest

from rubricate.errors import RunError
from rubricate.storage.people import open_people
from rubricate.storage.people_schema import VERSION


def test_new_file_is_at_the_current_version_and_private(tmp_path):
    path = tmp_path / "people.db"
    open_people(path).close()
    connection = sqlite3.connect(path)
    version = connection.execute("PRAGMA user_version").fetchone()
    connection.close()

    assert (version, stat.S_IMODE(path.stat().st_mode)) == ((VERSION,), 0o600)


def test_opening_again_keeps_what_is_there(tmp_path):
    with open_people(tmp_path / "people.db") as people:
        ann = people.add_person("ann", name="Ann")

    with open_people(tmp_path / "people.db") as people:
        assert people.people() == [ann]


def test_file_of_a_newer_release_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "people.db"
    open_people(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(RunError, match=r"people\.db: was written by a newer Rubricate"):
        open_people(path)
