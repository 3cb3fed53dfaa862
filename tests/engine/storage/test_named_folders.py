"""Folders that a ruleset names."""

import json
from pathlib import Path

import pytest

from rubricate.model.descriptors import OptionError
from rubricate.storage.named_folders import named_folder, package_folder

JSON = Path(json.__file__).parent.resolve()


def refused(name, base, **named):
    with pytest.raises(OptionError) as raised:
        named_folder(name, base, help="put it there", **named)
    return raised.value.message, raised.value.help


def test_a_folder_is_named_from_where_the_ruleset_stands_or_within_a_package(tmp_path):
    (tmp_path / "model").mkdir()

    assert named_folder("model", tmp_path, help="") == (tmp_path / "model").resolve()
    assert named_folder(str(tmp_path / "model"), tmp_path, help="") == (tmp_path / "model").resolve()
    assert named_folder("package:json", tmp_path, help="") == JSON == package_folder("json")


def test_what_is_no_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    assert refused("file", tmp_path) == ('"file" is a file', "name the folder that it stands in")
    assert refused("none", tmp_path) == (
        f'there is no model "none" at "{(tmp_path / "none").resolve()}"',
        "put it there",
    )
    assert refused("none", tmp_path, what="folder")[0].startswith('there is no folder "none" at ')
    assert refused("a\x00b", tmp_path) == ('"a\x00b" is no name of a folder', None)


@pytest.mark.parametrize("below", ["../os", "decoder.py", "a\x00b", "none"])
def test_nothing_beside_a_package_is_within_it(tmp_path, below):
    message, help = refused(f"package:json/{below}", tmp_path)

    assert message == f'the package "json" has no folder "{below}"'
    assert help is not None
    assert help.startswith("its folders are ")


@pytest.mark.parametrize(("marker", "help"), [("decoder.py", "it has models in ."), ("none.json", "it has no models")])
def test_folders_of_a_package_that_hold_a_model_are_told(tmp_path, marker, help):
    assert refused("package:json/none", tmp_path, marker=marker)[1] == help


@pytest.mark.parametrize("name", ["no_such_package", "no such", "os", "json.decoder", ""])
def test_what_is_no_package_is_told(tmp_path, name):
    assert package_folder(name) is None
    assert refused(f"package:{name}", tmp_path) == (
        f'there is no installed package "{name}"', "install it, or name a folder",
    )  # fmt: skip
