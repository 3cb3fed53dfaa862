"""A run that goes on from an earlier one: the parts are those of a run from scratch, with less work."""

import json
import shutil
import signal

import pytest

from rubricate.annotator import load
from rubricate.errors import UsageError
from rubricate.runner import Settings, apply, run
from rubricate.running.verifying import verify_run
from rubricate.running.work import Work
from rubricate.storage.layout import votes_folder
from support.command import spawn
from support.projects import RULESET, make_project, manifest, parts

TEXTS = ("please subscribe", "see www for more", "what a song", "song by an idiot", "song for $5", "hello there", "  ")


def lines(first, last):
    return [json.dumps({"id": f"r{number}", "text": f"{TEXTS[number % 7]} {number}"}) for number in range(first, last)]


def write(path, found):
    path.write_text("".join(f"{line}\n" for line in found))
    return path


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


def label(project, name, *dumps, after=None, **settings):
    """Runs; gives the output folder, how many units were labelled, and the summary."""
    rules = load(project.ruleset)
    out = project.folder / "runs" / name
    options = {"workers": 0, "unit_size": 700, "dedupe": "none", **settings}
    found, _ = run(rules, [str(dump) for dump in dumps], out, settings=Settings(after=after, **options))
    events = [json.loads(line) for line in (out / ".rubricate" / "log.jsonl").read_bytes().splitlines()]
    labelled = [event["unit"] for event in events if event["event"] == "unit_done" and not event["taken_over"]]
    return out, labelled, found


def differing(one, other):
    """The names of what the bodies of two manifests say differently."""
    before, after = manifest(one)["body"], manifest(other)["body"]
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def check_same(project, got, *dumps, **settings):
    """Whether a run has all the bytes of one from scratch, the parent apart."""
    scratch, _, _ = label(project, "scratch", *dumps, **settings)
    assert parts(got) == parts(scratch)
    assert differing(got, scratch) <= {"parent"}
    assert verify_run(got) == []


def test_a_dump_that_grew_is_labelled_from_where_it_grew(project):
    dump = write(project.folder / "a.jsonl", lines(0, 100))
    first, all_units, _ = label(project, "first", dump)
    write(dump, lines(0, 110))

    second, labelled, found = label(project, "second", dump, after=first)

    assert labelled == [len(all_units) - 1, len(all_units)]
    assert found.taken_over == manifest(second)["annex"]["taken_over"]["records"] > 80
    assert manifest(second)["body"]["parent"] == manifest(first)["digest"]
    check_same(project, second, dump)


def test_a_new_dump_in_front_of_the_others_moves_their_units(project):
    old, new = write(project.folder / "b.jsonl", lines(0, 60)), write(project.folder / "a.jsonl", lines(60, 80))
    first, all_units, _ = label(project, "first", old)

    second, labelled, _ = label(project, "second", new, old, after=first)

    assert len(labelled) < len(all_units)
    assert labelled == list(range(len(labelled)))
    check_same(project, second, new, old)


def test_a_renamed_dump_is_taken_over_but_for_what_names_its_place(project):
    dump = write(project.folder / "a.jsonl", [*lines(0, 40), "broken", *lines(40, 80)])
    first, _, _ = label(project, "first", dump)
    renamed = project.folder / "b.jsonl"
    dump.rename(renamed)

    second, labelled, _ = label(project, "second", renamed, after=first)

    assert len(labelled) == 1
    check_same(project, second, renamed)


def test_a_removed_dump_is_not_in_the_run_and_is_told_of(project):
    one, other = write(project.folder / "a.jsonl", lines(0, 40)), write(project.folder / "b.jsonl", lines(40, 80))
    first, _, _ = label(project, "first", one, other)

    second, labelled, found = label(project, "second", other, after=first)

    assert labelled == []
    assert found.notes == (f"{first}: {one} was read there and is not named now, so its records are not in this run",)
    check_same(project, second, other)


def test_a_changed_record_is_labelled_with_its_unit(project):
    dump = write(project.folder / "a.jsonl", lines(0, 100))
    first, _, _ = label(project, "first", dump)
    changed = lines(0, 100)
    changed[50] = changed[50].replace("see www for", "see www fur")
    write(dump, changed)

    second, labelled, _ = label(project, "second", dump, after=first)

    assert len(labelled) == 1
    check_same(project, second, dump)


def test_borders_that_a_new_record_moves_fall_on_the_old_ones_again(project):
    long = [json.dumps({"id": f"r{number}", "text": "a song " * (number * 7919 % 31)}) for number in range(300)]
    dump = write(project.folder / "a.jsonl", long)
    first, all_units, _ = label(project, "first", dump)
    write(dump, [*long[:20], lines(999, 1000)[0], *long[20:]])

    second, labelled, _ = label(project, "second", dump, after=first)

    assert 0 < len(labelled) < len(all_units) / 2
    check_same(project, second, dump)


def test_a_duplicate_that_comes_in_another_dump_is_dropped_as_from_scratch(project):
    old = write(project.folder / "b.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", old, dedupe="exact")
    twin = json.dumps({"id": "twin", "text": f"{TEXTS[30 % 7]} 30"})
    new = write(project.folder / "a.jsonl", [twin])

    second, labelled, _ = label(project, "second", new, old, after=first, dedupe="exact")

    assert len(labelled) == 2
    check_same(project, second, new, old, dedupe="exact")


def test_an_id_that_comes_in_another_dump_is_renamed_as_from_scratch(project):
    old = write(project.folder / "b.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", old)
    new = write(project.folder / "a.jsonl", [json.dumps({"id": "r30", "text": "another"})])

    second, labelled, _ = label(project, "second", new, old, after=first)

    assert len(labelled) == 2
    check_same(project, second, new, old)


def test_of_other_rules_only_those_that_changed_are_asked(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, all_units, _ = label(project, "first", dump)
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.96"))

    second, labelled, found = label(project, "second", dump, after=first)

    assert labelled == all_units
    assert (found.notes, found.anew) == ((), (1, 5))
    assert found.work == Work(evaluations=60, evaluations_of=60 * 5)
    check_same(project, second, dump)


def test_another_threshold_asks_no_matcher(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", dump)
    project.ruleset.write_text(f"{RULESET}accept: 0.5\n")

    second, _, found = label(project, "second", dump, after=first)

    assert found.work == Work(evaluations=0, evaluations_of=60 * 5)
    check_same(project, second, dump)


def test_the_same_rules_ask_nothing(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, before = label(project, "first", dump)
    project.ruleset.write_text(f"# a remark\n{RULESET}")

    _, labelled, found = label(project, "second", dump, after=first)

    assert (labelled, found.anew) == ([], None)
    assert before.work == Work(evaluations=60 * 5, evaluations_of=60 * 5)
    assert found.work == Work(evaluations=0, evaluations_of=60 * 5)


def test_edits_follow_one_another(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    before, _, _ = label(project, "run0", dump)
    for number in range(1, 4):
        project.ruleset.write_text(RULESET.replace("confidence: 0.95", f"confidence: 0.9{number}"))
        before, _, found = label(project, f"run{number}", dump, after=before)
        assert found.work == Work(evaluations=60, evaluations_of=60 * 5)

    check_same(project, before, dump)


def test_a_dump_that_grew_under_edited_rules_is_replayed_as_far_as_it_is_known(project):
    dump = write(project.folder / "a.jsonl", lines(0, 100))
    first, _, _ = label(project, "first", dump)
    write(dump, lines(0, 110))
    grown, _, _ = label(project, "grown", dump, after=first)
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.96"))

    edited, _, found = label(project, "edited", dump, after=grown)
    early, _, more = label(project, "early", dump, after=first)

    assert found.work == Work(evaluations=110, evaluations_of=110 * 5)
    assert found.work.evaluations < more.work.evaluations < 2 * found.work.evaluations
    assert parts(early) == parts(edited)
    check_same(project, edited, dump)


@pytest.mark.parametrize("spoil", ["gone", "cut", "changed", "other"])
def test_votes_that_are_lost_or_damaged_are_worked_out_again(project, spoil):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", dump, batch=4)
    for path in votes_folder(first).iterdir():
        content = path.read_bytes()
        found = {"gone": None, "cut": content[:-5], "changed": content[:-5] + b"\x00" + content[-4:], "other": b"votes"}
        path.unlink()
        if found[spoil] is not None:
            path.write_bytes(found[spoil])
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.96"))

    second, _, found = label(project, "second", dump, after=first)

    assert 60 < found.work.evaluations <= 60 * 5
    assert (found.work.evaluations == 60 * 5) is (spoil in ("gone", "other"))
    check_same(project, second, dump)


def test_a_run_without_votes_says_that_they_are_missed(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, all_units, _ = label(project, "first", dump, votes=False)
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.96"))

    second, labelled, found = label(project, "second", dump, after=first)

    assert (votes_folder(first).exists(), labelled) == (False, all_units)
    told = "was made with rules that mean something else, and kept no votes, so everything was labelled anew"
    assert found.notes == (f"{first}: {told}",)
    check_same(project, second, dump)


def test_a_run_that_keeps_no_votes_takes_none_over(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", dump)

    second, labelled, _ = label(project, "second", dump, after=first, votes=False)

    assert (labelled, votes_folder(second).exists()) == ([], False)
    assert list(votes_folder(first).iterdir())


def test_records_that_are_read_otherwise_are_labelled_anew(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", dump)
    project.ruleset.write_text(f"{RULESET}fold: [casefold]\n")

    second, _, found = label(project, "second", dump, after=first)

    told = "was made with rules that read records otherwise, so everything was labelled anew"
    assert found.notes == (f"{first}: {told}",)
    assert found.work.evaluations == found.work.evaluations_of
    check_same(project, second, dump)


def test_answers_stay_whatever_is_edited(project):
    dump = write(
        project.folder / "dump.jsonl", [json.dumps({"id": f"c{n}", "text": f"see www {n}"}) for n in range(40)]
    )
    first, _, _ = label(project, "first", dump)
    project.answer(first, "1;q")
    project.ruleset.write_text(RULESET.replace("confidence: 0.6", "confidence: 0.61"))

    second, _, _ = label(project, "second", dump, after=first)

    assert manifest(second)["body"]["counts"]["routes"]["settled"] == 1
    check_same(project, second, dump)


def test_two_workers_write_the_same(project):
    dump = write(project.folder / "a.jsonl", lines(0, 120))
    first, _, _ = label(project, "first", dump, workers=2)
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.96"))

    second, _, found = label(project, "second", dump, after=first, workers=2)

    assert found.work.evaluations * 5 == found.work.evaluations_of
    check_same(project, second, dump)


def test_other_options_label_everything_and_say_so(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, all_units, _ = label(project, "first", dump)

    second, labelled, found = label(project, "second", dump, after=first, output_key="ours")

    assert labelled == all_units
    assert found.notes == (f"{first}: was made with other options, so everything was labelled anew",)
    check_same(project, second, dump, output_key="ours")


def test_duplicates_that_the_ruleset_drops_are_no_other_option(project):
    project.ruleset.write_text(RULESET + "prepare: [{use: dedupe, by: text}]\n")
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", dump, dedupe=None)

    second, labelled, found = label(project, "second", dump, after=first, dedupe=None)

    assert (labelled, found.notes) == ([], ())
    check_same(project, second, dump, dedupe=None)


def test_a_damaged_part_is_labelled_anew(project):
    dump = write(project.folder / "a.jsonl", lines(0, 100))
    first, _, _ = label(project, "first", dump)
    spoilt = sorted((first / "records").iterdir())[1]
    spoilt.write_bytes(spoilt.read_bytes()[:-2] + b"x\n")

    second, labelled, _ = label(project, "second", dump, after=first)

    assert labelled == [1]
    check_same(project, second, dump)


def test_runs_share_no_file(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", dump)

    second, _, _ = label(project, "second", dump, after=first)

    inodes = [{path.stat().st_ino for path in out.rglob("*") if path.is_file()} for out in (first, second)]
    assert inodes[0] & inodes[1] == set()


def test_the_earlier_run_may_go(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", dump)
    second, _, _ = label(project, "second", dump, after=first)
    shutil.rmtree(first)

    assert verify_run(second) == []
    third, labelled, _ = label(project, "third", dump, after=second)
    assert labelled == []
    check_same(project, third, dump)


def test_answers_given_since_are_heard(project):
    dump = write(
        project.folder / "dump.jsonl", [json.dumps({"id": f"c{n}", "text": f"see www {n}"}) for n in range(40)]
    )
    first, _, _ = label(project, "first", dump)
    project.answer(first, "1;q")

    second, labelled, _ = label(project, "second", dump, after=first)

    assert len(labelled) == 1
    assert manifest(second)["body"]["counts"]["routes"]["settled"] == 1
    check_same(project, second, dump)


def test_answers_applied_to_the_earlier_run_stay_with_their_units(project):
    dump = write(
        project.folder / "dump.jsonl", [json.dumps({"id": f"c{n}", "text": f"see www {n}"}) for n in range(40)]
    )
    first, _, _ = label(project, "first", dump)
    project.answer(first, "1;q")
    apply(first)

    second, labelled, _ = label(project, "second", dump, after=first)

    assert labelled == []
    assert manifest(second)["body"]["counts"]["routes"]["settled"] == 1
    check_same(project, second, dump)


@pytest.mark.parametrize("point", ["mid_spill:2", "after_parts:2", "before_manifest:1"])
def test_killed_while_it_replays_it_goes_on_to_the_same(project, point):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", dump)
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.96"))
    out = project.folder / "runs" / "killed"
    places = (project.ruleset, dump, "--out", out, "--after", first)
    command = ("run", *places, "--unit-size", 700, "--dedupe", "none", "--workers", 0, "--json")

    killed = spawn(*command, env={"RUBRICATE_FAIL_POINT": point})
    again = spawn(*command)

    assert (killed.returncode, again.returncode) == (-signal.SIGKILL, 0)
    assert json.loads(again.stdout)["work"]["evaluations"] == 60
    project.ruleset.write_text(RULESET.replace("confidence: 0.95", "confidence: 0.97"))
    third, _, found = label(project, "third", dump, after=out)
    assert (found.work.evaluations, found.anew) == (60, (1, 5))
    check_same(project, third, dump)


@pytest.mark.parametrize("point", ["after_parts:2", "after_receipt:2", "before_ledger_commit:3", "before_manifest:1"])
def test_killed_while_it_takes_over_it_goes_on_to_the_same(project, point):
    dump = write(project.folder / "a.jsonl", lines(0, 100))
    first, _, _ = label(project, "first", dump)
    write(dump, lines(0, 120))
    out = project.folder / "runs" / "killed"
    command = (
        "run",
        project.ruleset,
        dump,
        "--out",
        out,
        "--after",
        first,
        "--unit-size",
        700,
        "--dedupe",
        "none",
        "-q",
    )

    killed = spawn(*command, env={"RUBRICATE_FAIL_POINT": point})
    again = spawn(*command)

    assert (killed.returncode, again.returncode, again.stderr) == (-signal.SIGKILL, 0, "")
    check_same(project, out, dump)


def test_workers_label_what_is_left(project):
    dump = write(project.folder / "a.jsonl", lines(0, 60))
    first, _, _ = label(project, "first", dump, workers=2)
    write(dump, lines(0, 90))

    second, labelled, _ = label(project, "second", dump, after=first, workers=2)

    assert 0 < len(labelled) < 4
    check_same(project, second, dump)


def test_what_is_no_earlier_run_is_refused(project):
    dump = write(project.folder / "a.jsonl", lines(0, 10))
    first, _, _ = label(project, "first", dump)
    empty = project.folder / "empty"
    empty.mkdir()

    with pytest.raises(UsageError, match="holds no finished run to go on from"):
        label(project, "second", dump, after=empty)
    with pytest.raises(UsageError, match="is the folder of the earlier run itself"):
        label(project, "first", dump, after=first)
    assert not (project.folder / "runs" / "second").exists()


def test_a_run_of_another_ruleset_is_refused(project):
    dump = write(project.folder / "a.jsonl", lines(0, 10))
    first, _, _ = label(project, "first", dump)
    project.ruleset.write_text(RULESET.replace("ruleset: comments", "ruleset: remarks"))

    with pytest.raises(UsageError, match='is a run of the ruleset "comments", not of "remarks"'):
        label(project, "second", dump, after=first)


def test_a_folder_that_holds_the_same_run_from_scratch_is_refused(project):
    dump = write(project.folder / "a.jsonl", lines(0, 10))
    first, _, _ = label(project, "first", dump)
    other, _, _ = label(project, "other", dump)

    called = spawn(
        "run", project.ruleset, dump, "--out", other, "--after", first, "--unit-size", 700, "--dedupe", "none"
    )

    assert called.returncode == 2
    assert f'holds another run: parent none there, "{manifest(first)["digest"][:8]}" now' in called.stderr
    assert verify_run(other) == []
