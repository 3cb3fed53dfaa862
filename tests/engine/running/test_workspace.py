"""What may stand in an output folder."""

from rubricate.running.workspace import find_foreign, find_parts, find_temps, make_folders, sweep_temps, sweep_unnamed


def fill(out, *names):
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).touch()


def test_files_of_a_run_and_of_its_project_are_not_foreign(tmp_path):
    fill(tmp_path, "manifest.json", "report.html", "people.db", "people.db-wal", "records/part-00000-01234567.jsonl")

    assert find_foreign(tmp_path) == []


def test_other_files_are_foreign(tmp_path):
    fill(tmp_path, "a.txt", "review/part-0-01234567.jsonl", "dropped/b.jsonl")

    assert find_foreign(tmp_path) == ["a.txt", "dropped/b.jsonl", "review/part-0-01234567.jsonl"]


def test_folder_that_is_not_there_holds_nothing(tmp_path):
    assert find_foreign(tmp_path / "nowhere") == []


def test_temporary_files_are_swept_everywhere(tmp_path):
    make_folders(tmp_path)
    temps = [".tmp-1", "records/.tmp-2", ".rubricate/.tmp-3", ".rubricate/receipts/.tmp-4", ".rubricate/index/.tmp-5"]
    fill(tmp_path, *temps)
    assert {path.relative_to(tmp_path).as_posix() for path in find_temps(tmp_path)} == set(temps)
    sweep_temps(tmp_path)

    assert list(find_temps(tmp_path)) == []


def test_only_unnamed_parts_and_receipts_are_swept(tmp_path):
    parts = ["records/part-00000-01234567.jsonl", "review/part-00001-01234567.jsonl"]
    fill(tmp_path, *parts, "records/mine.txt", ".rubricate/receipts/aa.json", ".rubricate/receipts/bb.json")
    sweep_unnamed(tmp_path, parts=parts[:1], keys=["bb"])

    assert list(find_parts(tmp_path)) == parts[:1]
    assert (tmp_path / "records" / "mine.txt").exists()
    assert [path.name for path in (tmp_path / ".rubricate" / "receipts").iterdir()] == ["bb.json"]
