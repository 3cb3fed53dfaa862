import gzip
import hashlib
import io
import json
import os
from dataclasses import replace

import pytest

from rubricate.errors import UsageError
from rubricate.registry import PluginInfo, Registry
from rubricate.running.inputs import resolve_inputs
from rubricate_csv import register_sources as csv_sources
from rubricate_folder import register_sources as folder_sources
from rubricate_jsonl import register_sources as jsonl_sources

SOURCES = [*csv_sources(), *folder_sources(), *jsonl_sources()]
REGISTRY = Registry(sources={source.name: source for source in SOURCES})
ROW = b'{"a":1}\n'


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder to stand in, so that names are as a user gives them."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)


def resolve(tmp_path, *paths, **more):
    return resolve_inputs(paths, REGISTRY, spool=tmp_path / "spool", **more)


def refusal(tmp_path, *paths, **more):
    with pytest.raises(UsageError) as caught:
        resolve(tmp_path, *paths, **more)
    return caught.value.message, caught.value.help


def names(inputs):
    return [(one.name, one.source.name) for one in inputs]


def test_files_keep_the_order_and_names_that_the_user_gave(tmp_path, place):
    write(place, b_jsonl=ROW, a_csv=b"a\n1\n", c_tsv=b"a\n")

    found = resolve(tmp_path, "b.jsonl", "./a.csv", str(place / "c.tsv"))

    assert names(found) == [("b.jsonl", "jsonl"), ("./a.csv", "csv"), (str(place / "c.tsv"), "csv")]
    assert (found[0].size, found[0].sha256) == (8, hashlib.sha256(ROW).hexdigest())


def test_an_input_knows_the_code_of_a_reader_from_elsewhere(tmp_path, place):
    write(place, b_jsonl=ROW, a_csv=b"a\n1\n")
    own, foreign = (PluginInfo(name=name, module=name, distribution=name, version="1", code=code) for name, code in
                    (("jsonl", None), ("csv", "ab12")))  # fmt: skip
    registry = replace(REGISTRY, origins={("sources", "jsonl"): own, ("sources", "csv"): foreign})

    found = resolve_inputs(["b.jsonl", "a.csv"], registry, spool=tmp_path / "spool")

    assert [one.code for one in found] == [None, ("csv", "ab12")]


def test_input_opens_its_reader(tmp_path, place):
    write(place, a_jsonl=ROW)
    [found] = resolve(tmp_path, "a.jsonl")

    reader = found.open()

    assert [record.fields for part in reader.slices(100) for record in reader.records(part)] == [{"a": 1}]


def test_folder_of_dumps_stands_for_its_dumps_in_byte_order(tmp_path, place):
    write(place, d__b_jsonl=ROW, d__B_jsonl_gz=gzip.compress(ROW), d__a__z_csv=b"a\n", d__a_csv=b"b\n")

    assert names(resolve(tmp_path, "d/")) == [
        ("d/B.jsonl.gz", "jsonl"), ("d/a.csv", "csv"), ("d/a/z.csv", "csv"), ("d/b.jsonl", "jsonl"),
    ]  # fmt: skip


def test_folder_of_texts_is_one_input(tmp_path, place):
    write(place, d__a_txt=b"one", d__b__c_html=b"<p>two")

    [found] = resolve(tmp_path, "d")

    assert (found.name, found.source.name, found.size) == ("d", "folder", 9)


def test_digest_of_a_folder_is_that_of_its_names_and_files(tmp_path, place):
    write(place, d__a_txt=b"one", d__b_txt=b"two")

    def digest():
        return resolve(tmp_path, "d")[0].sha256

    first = digest()
    (place / "d" / ".hidden").write_bytes(b"x")
    assert digest() == first
    (place / "d" / "b.txt").rename(place / "d" / "c.txt")
    second = digest()
    (place / "d" / "c.txt").write_bytes(b"TWO")
    assert len({first, second, digest()}) == 3


def test_mixed_folder_is_refused(tmp_path, place):
    write(place, d__a_jsonl=ROW, d__readme_md=b"about")

    assert refusal(tmp_path, "d") == (
        'd: holds dumps such as "a.jsonl" beside other files such as "readme.md"',
        "say what to read with --from folder or --from jsonl",
    )


def test_format_that_is_said_chooses_among_the_files_of_a_folder(tmp_path, place):
    write(place, d__a_jsonl=ROW, d__b_csv=b"a\n", d__readme_md=b"about")

    assert names(resolve(tmp_path, "d", source="jsonl")) == [("d/a.jsonl", "jsonl")]
    assert names(resolve(tmp_path, "d", source="folder")) == [("d", "folder")]


@pytest.mark.parametrize("content", [ROW, gzip.compress(ROW), b""], ids=["json", "packed json", "empty"])
def test_file_that_begins_like_json_needs_no_suffix(tmp_path, place, content):
    write(place, dump=content)

    assert names(resolve(tmp_path, "dump")) == [("dump", "jsonl")]


def test_a_text_is_told_how_it_becomes_records(tmp_path, place):
    write(place, page_txt=b"hello")

    assert refusal(tmp_path, "page.txt") == (
        "page.txt: a text and no dump of records",
        "a record a line: jq -Rc '{text: .}' page.txt > page.jsonl; a record a file: name the folder that it is in",
    )


def test_file_of_no_known_format_is_refused(tmp_path, place):
    write(place, page_dat=b"hello")

    assert refusal(tmp_path, "page.dat") == (
        "page.dat: the name does not tell the format", "say it with --from, one of csv, jsonl"
    )  # fmt: skip


def test_standard_input_is_spooled_under_the_name_of_its_content(tmp_path):
    [found] = resolve(tmp_path, "-", stdin=io.BytesIO(ROW))
    [again] = resolve(tmp_path, "-", stdin=io.BytesIO(ROW))

    digest = hashlib.sha256(ROW).hexdigest()
    assert (found.name, found.path, found.sha256) == ("-", tmp_path / "spool" / f"stdin-{digest[:16]}", digest)
    assert again == found
    assert list((tmp_path / "spool").iterdir()) == [found.path]


def test_nothing_named_is_refused(tmp_path):
    assert refusal(tmp_path) == ("no input", "name files or a folder, or - for standard input")


def test_missing_file_is_answered_with_the_nearest_name(tmp_path, place):
    write(place, d__comments_jsonl=ROW)

    assert refusal(tmp_path, "d/coments.jsonl") == (
        '"d/coments.jsonl": no such file or folder', 'did you mean "d/comments.jsonl"?'
    )  # fmt: skip
    assert refusal(tmp_path, "no/x.jsonl") == (
        '"no/x.jsonl": no such file or folder', 'there is no folder "no" either'
    )  # fmt: skip


def test_file_is_read_once(tmp_path, place):
    write(place, a_jsonl=ROW)
    (place / "b.jsonl").symlink_to("a.jsonl")

    assert refusal(tmp_path, "a.jsonl", "a.jsonl") == ("a.jsonl: is named twice", "name it once")
    assert refusal(tmp_path, "a.jsonl", "b.jsonl") == ('b.jsonl: is the same file as "a.jsonl"', "name it once")
    assert refusal(tmp_path, "a.jsonl", ".")[0].startswith("./a.jsonl: is the same file")


def test_pipes_and_devices_are_refused_and_not_waited_for(tmp_path, place):
    os.mkfifo(place / "pipe")

    assert refusal(tmp_path, "pipe")[0] == "pipe: not a file but a pipe, socket or device"
    assert refusal(tmp_path, "/dev/null")[0] == "/dev/null: not a file but a pipe, socket or device"


def test_links_are_followed_when_named_and_refused_in_a_folder(tmp_path, place):
    write(place, a_jsonl=ROW)
    (place / "d").mkdir()
    (place / "d" / "b.jsonl").symlink_to("../a.jsonl")
    (place / "d" / "loop").symlink_to("..")
    (place / "nowhere.jsonl").symlink_to("gone")

    assert names(resolve(tmp_path, "d/b.jsonl")) == [("d/b.jsonl", "jsonl")]
    assert refusal(tmp_path, "d", source="jsonl")[0].startswith("d/b.jsonl: a symbolic link")
    assert refusal(tmp_path, "nowhere.jsonl")[0] == "nowhere.jsonl: a symbolic link that leads nowhere"


def test_file_that_its_format_cannot_read_is_refused_at_once(tmp_path, place):
    write(place, a_jsonl=b'[{"a":1}]')

    assert refusal(tmp_path, "a.jsonl")[0] == "a.jsonl: holds one JSON array, and one object a line is needed"


def test_unknown_format_is_answered_with_the_nearest_one(tmp_path):
    assert refusal(tmp_path, "x", source="json") == ('no plugin reads the format "json"', 'did you mean "jsonl"?')


def test_option_that_the_source_does_not_have_is_refused(tmp_path, place):
    write(place, a_jsonl=ROW)

    message, _ = refusal(tmp_path, "a.jsonl", options={"max_record_bytes": "many"})

    assert message == 'option "max_record_bytes" of the source jsonl: "many" is not a whole number'


def test_odd_names_are_shown_and_read(tmp_path, place):
    for name in (b"\xff.jsonl", b"new\nline.jsonl", b"-.jsonl", b"%2e.jsonl"):
        (place / os.fsdecode(name)).write_bytes(ROW)

    found = resolve(tmp_path, os.fsdecode(b"\xff.jsonl"), "new\nline.jsonl", "-.jsonl", "%2e.jsonl")

    assert [one.name for one in found] == ["\\xff.jsonl", "new\nline.jsonl", "-.jsonl", "%2e.jsonl"]


def test_digest_is_remembered_while_the_file_looks_untouched(tmp_path, place):
    write(place, a_jsonl=ROW)
    memory = tmp_path / "spool" / "digests.json"
    resolve(tmp_path, "a.jsonl", memory=memory)
    [key] = json.loads(memory.read_bytes())
    memory.write_text(json.dumps({key: "remembered"}))

    assert resolve(tmp_path, "a.jsonl", memory=memory)[0].sha256 == "remembered"
    os.utime(place / "a.jsonl", ns=(0, 0))
    assert resolve(tmp_path, "a.jsonl", memory=memory)[0].sha256 == hashlib.sha256(ROW).hexdigest()


def test_damaged_memory_is_forgotten(tmp_path, place):
    write(place, a_jsonl=ROW)
    memory = tmp_path / "digests.json"
    memory.write_bytes(b"{")

    assert resolve(tmp_path, "a.jsonl", memory=memory)[0].sha256 == hashlib.sha256(ROW).hexdigest()
    assert list(json.loads(memory.read_bytes()).values()) == [hashlib.sha256(ROW).hexdigest()]
