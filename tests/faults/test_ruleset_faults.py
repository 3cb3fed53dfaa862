"""Section 2 of the faults: rulesets that are broken or hostile. Each test is named for its row."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

import rubricate
from support.command import call
from support.faults import RULESET, outcome_of, rows_of, write_records
from support.rulesets import problems_of, write_text

LABELS = "labels: {hit: {kind: span}, seen: {kind: document}}\n"


def checked(tmp_path: Path, yaml: str, **files: str) -> list[str]:
    """Code and message of each error."""
    _, problems = rubricate.check(write_text(tmp_path, yaml, **files))
    return [f"{found.code} {found.message}" for found in problems if found.is_error]


def test_r01_a_bomb_of_aliases_is_refused_at_once_by_every_command(tmp_path):
    layers = ["x0: &x0 [1, 2]"] + [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 9)]
    path = write_text(tmp_path, "\n".join(layers) + "\n")
    began = time.process_time()
    called = call("check", path)

    assert (called.code, "R004 error: " in called.out + called.err) == (2, True)
    assert time.process_time() - began < 10


def test_r02_an_alias_of_itself_is_refused_with_its_line(tmp_path):
    assert set(problems_of(tmp_path, LABELS + "x-own: &a [*a]\n")) == {("R004", 4)}


@pytest.mark.parametrize(
    "tag", ["!!python/object:os.system", "!!python/object/apply:os.system", "!mine", "!!set", "!!binary"]
)
def test_r03_a_tag_is_refused_and_nothing_is_made_of_it(tmp_path, tag):
    assert problems_of(tmp_path, f"{LABELS}x-own: {tag} [echo]\n") == [("R005", 4)]


def test_r04_words_and_numbers_of_old_yaml_are_texts_or_told(tmp_path):
    words = "meta: {colour: {type: enum, values: [no, on, 1:30, '012']}}"
    rules = rubricate.load(write_text(tmp_path, f"record: {{text: [text], {words}}}\n{LABELS}"))

    assert rules.ruleset.record.meta["colour"].values == ("no", "on", "1:30", "012")
    assert problems_of(tmp_path, LABELS + "labels: {other: {kind: document}}\n") == [("R003", 4)]


def test_r05_size_and_depth_have_limits(tmp_path):
    assert [code for code, _ in problems_of(tmp_path, LABELS + "x-a: " + "[" * 10_000 + "]" * 10_000 + "\n")] == [
        "R006"
    ]
    path = write_text(tmp_path, LABELS)
    with path.open("ab") as file:
        file.write(b"# a comment of 50 MB\n" * 2_500_000)
    began = time.process_time()
    called = call("check", path)

    assert (called.code, "R006" in called.out + called.err, time.process_time() - began < 5) == (2, True, True)


@pytest.mark.parametrize("pattern", ["(a|aa)+$", "(x+x+)+y", r"(\w+\s?)*$"])
def test_r06_check_warns_of_a_pattern_that_backtracks_without_end(tmp_path, pattern):
    path = write_text(tmp_path, f"{LABELS}rules:\n  - {{id: r, label: hit, when: '/{pattern}/', confidence: 0.9}}\n")
    _, problems = rubricate.check(path)

    assert "R114" in {found.code for found in problems}


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(a|aa)+$", r"R114 this pattern backtracks: over ([0-9,]+) us/KB on a text such as \"aaaaaaaa\.\.\.\""),
        (r"(?:\w{1,12}\W{1,3}){1,20}(?:in|at) \d", r"R115 every text is searched for this pattern, at about ([0-9,]+) us/KB"),
    ],
    ids=["on_a_text_made_to_hurt", "on_every_text"],
)  # fmt: skip
def test_r06_check_says_how_slow_a_pattern_was_measured_to_be_and_on_what(tmp_path, pattern, told):
    path = write_text(tmp_path, f"{LABELS}rules:\n  - {{id: r, label: hit, when: '/{pattern}/', confidence: 0.9}}\n")
    _, problems = rubricate.check(path)
    found = [match for each in problems if (match := re.fullmatch(told, f"{each.code} {each.message}"))]

    assert len(found) == 1, problems
    assert int(found[0][1].replace(",", "")) > 100  # finding each word takes some 20


def test_r07_look_around_and_back_references_work_and_what_is_costly_is_told(tmp_path):
    yaml = LABELS + "rules:\n  - {id: r, label: hit, when: '/(?<=x)(a)\\1(?!b)/', confidence: 0.9}\n"
    rules = rubricate.load(write_text(tmp_path, yaml))

    found = [(each.start, each.end) for each in rules.annotate_one("xaa aab xaac").annotations]
    assert found == [(1, 3), (9, 11)]


SIZE = """\
dictionaries: {sizes: {file: sizes.tsv, term: pattern}}
matchers: {m: {use: regex, pattern: '/PATTERN/'}, t: {use: regex, of: sizes}}
record: {text: [text], derive: {part: {from: text, pattern: '/PATTERN/'}}, meta: {url: {type: text}}}
rules:
  - {id: r, label: seen, when: '/PATTERN/ or m or t or doc.url matches /PATTERN/', confidence: 0.9}
"""


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [("(?:a{1000}){1000}b", "1,000,001"), ("(?:(?:a|b){1000}){1000}", "2,000,000"), ("(" * 9 + "a?" + "){9}" * 9, "387,420,489")],
    ids=["of_one_letter", "of_a_choice", "nine_deep"],
)  # fmt: skip
def test_r07_a_pattern_that_would_take_all_memory_is_refused_wherever_it_stands(tmp_path, pattern, steps):
    began = time.process_time()
    found = checked(tmp_path, LABELS + SIZE.replace("PATTERN", pattern), **{"sizes.tsv": f"pattern\n{pattern}\n"})

    assert [message for message in found if f"its counts multiply to {steps} steps" not in message] == []
    assert len(found) == 5
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("yaml", "code", "line"),
    [
        (LABELS + "rules:\n  - {id: r, label: seen, when: '\"a\"', confidence: 0.9, wehn: x}\n", "R010", 5),
        (LABELS + "rules:\n  - {id: r, label: sean, when: '\"a\"', confidence: 0.9}\n", "R030", 5),
        (LABELS + "rules:\n  - {id: r, label: seen, when: doc.price > 3, confidence: 0.9}\n", "R026", 5),
        (LABELS + "let: {a: b, b: a}\nrules:\n  - {id: r, label: seen, when: a, confidence: 0.9}\n", "R032", 4),
    ],
    ids=["unknown_key", "misspelt_label", "unknown_field", "circle"],
)
def test_r08_a_mistake_has_a_code_and_a_place(tmp_path, yaml, code, line):
    assert (code, line) in problems_of(tmp_path, yaml)


def test_r08_a_rule_that_can_never_hold_is_a_warning(tmp_path):
    yaml = LABELS + 'rules:\n  - {id: r, label: seen, when: \'"a" and not "a"\', confidence: 0.9}\n'
    _, problems = rubricate.check(write_text(tmp_path, yaml))

    assert "R111" in {found.code for found in problems if not found.is_error}


@pytest.mark.parametrize("where", ["../../secret", "/etc/passwd", "http://127.0.0.1:1/x.csv", "file:///etc/passwd"])
@pytest.mark.parametrize(
    "yaml",
    [
        "include: ['{}.rules']\n",
        "matchers: {{w: {{use: dictionary, of: t}}}}\ndictionaries: {{t: {{file: '{}'}}}}\n",
        "guideline: {{id: g, version: '1.0.0', file: '{}'}}\n",
    ],
    ids=["include", "table", "guideline"],
)
def test_r09_only_files_of_the_rulesets_folder_are_read(tmp_path, yaml, where):
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("secret", "secret.rules"):
        (tmp_path / name).write_text("term\nsecret\n")
    found = checked(tmp_path / "a" / "b", LABELS + yaml.format(where))

    refused = ("outside", "is no file in the ruleset's folder")
    assert [each for each in found if f'"{where}' in each and any(words in each for words in refused)] != [], found
    assert "root:" not in "".join(found)


@pytest.mark.parametrize(
    "condition",
    [
        "doc.__class__ == 1",
        "it.__class__.__mro__ exists",
        "__import__(\"os\") exists",
        "9 ** 9 ** 9 > 1",
        "\"a\" * 1000000000 exists",
        "open(\"/etc/passwd\") exists",
        "[x for x in y]",
        "lambda: 1",
        "(" * 5000 + '"a"' + ")" * 5000,
        " and ".join(['"a"'] * 100_000),
    ],
    ids=["attribute", "chain", "import", "power", "repeat", "call", "comprehension", "lambda", "deep", "long"],
)  # fmt: skip
def test_r10_an_expression_reaches_nothing_and_costs_nothing(tmp_path, condition):
    began = time.process_time()
    when = condition.replace("'", "''")
    found = checked(tmp_path, f"{LABELS}rules:\n  - {{id: r, label: seen, when: '{when}', confidence: 0.9}}\n")

    assert found != []
    assert time.process_time() - began < 10


def test_r11_keys_comments_and_white_space_are_no_meaning(tmp_path):
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(RULESET)
    dump = write_records(tmp_path / "dump.jsonl")
    first = call("run", ruleset, dump, "--out", tmp_path / "out", "-q")
    ruleset.write_text(
        "# another look\n"
        "rules:\n"
        "  - when:   '\"sale\"'\n    confidence: 0.95\n    label: spam\n    id: sale\n\n"
        "  - {confidence: 0.95, when: '/[$][0-9]+/', label: price, id: dollars}   # the same\n"
        "labels:\n  spam:\n    kind: document\n  price: {kind: span}\n"
        "record: {text: [text]}\nversion: '1.0.0'\nruleset: faults\n"
    )
    again = call("run", ruleset, dump, "--out", tmp_path / "out", "--json")

    assert (first.code, again.code) == (0, 0), again.err
    assert json.loads(again.out)["state"] == "already complete"


def fifty_rules(edited: str = "") -> str:
    """Rules of two stages: 50, each with a text of its own, every third with a pattern beside it."""
    lines = []
    for number in range(50):
        when = f'"word {number}"' + (f" or /word {number}[0-9]/" if number % 3 == 2 else "")
        lines.append(
            f"  - {{id: r{number}, label: seen, when: '{when}{edited if number == 17 else ''}', confidence: 0.9}}"
        )
    return LABELS + "rules:\n" + "\n".join(lines) + "\n"


def test_r12_one_of_fifty_edited_rules_costs_its_own_matchers_and_a_plan_says_so_beforehand(tmp_path):
    dump = tmp_path / "dump.jsonl"
    texts = [f"word {number % 90} and word {number % 7}{number % 3}" for number in range(200)]
    dump.write_text("".join(json.dumps({"id": f"r{number}", "text": text}) + "\n" for number, text in enumerate(texts)))
    options = ("-q", "--workers", 0, "--unit-size", 4000)
    first = call("run", write_text(tmp_path, fifty_rules()), dump, "--out", tmp_path / "first", *options)
    path = write_text(tmp_path, fifty_rules(' or "and"'))
    after = ("run", path, dump, "--out", tmp_path / "edited", "--after", tmp_path / "first", *options, "--json")
    foreseen, edited = (json.loads(call(*after, *more).out) for more in (["--plan"], []))
    scratch = call("run", path, dump, "--out", tmp_path / "scratch", *options)
    full = 200 * (50 + 16 + 1)  # each rule's text, the patterns of every third, and the new one

    assert (first.code, scratch.code) == (0, 0), scratch.err
    assert (foreseen["work"], foreseen["work_of"]) == (edited["work"]["evaluations"], full)
    assert edited["work"] == {"evaluations": 200 * 3, "evaluations_of": full, "model_calls": 0, "model_calls_of": 0,
                              "readings": 0, "readings_of": 0}  # fmt: skip
    assert edited["work"]["evaluations"] <= 0.15 * full
    assert outcome_of(tmp_path / "edited").rows == outcome_of(tmp_path / "scratch").rows


def test_r13_a_run_under_way_is_not_gone_on_with_by_other_rules(tmp_path):
    from support.faults import command, environment, run_process

    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(RULESET)
    dump = write_records(tmp_path / "dump.jsonl")
    killed = run_process(command(ruleset, dump, tmp_path / "out", "--workers", 0),
                         env=environment(RUBRICATE_FAIL_POINT="after_ledger_commit:2"))  # fmt: skip
    ruleset.write_text(RULESET.replace("0.95", "0.9"))
    refused = call(*command(ruleset, dump, tmp_path / "out")[3:])
    over = call(*command(ruleset, dump, tmp_path / "out", "--overwrite")[3:])

    assert (killed.returncode, refused.code, over.code) == (-9, 2, 0)
    assert "holds another run: " in refused.err
    assert "plan" in refused.err
    outcome_of(tmp_path / "out")
    assert (
        {row["rubricate"]["plan"] for row in rows_of(tmp_path / "out", "records")}
        == {  # type: ignore[index]
            json.loads((tmp_path / "out" / "manifest.json").read_text())["body"]["plan"][:8]
        }
    )


def test_r06_a_record_on_which_a_pattern_takes_too_long_is_set_aside_for_good(tmp_path, monkeypatch):
    from support.faults import aside

    path = write_text(tmp_path, LABELS + "rules:\n  - {id: r, label: hit, when: '/^(a+)+$/', confidence: 0.9}\n")
    lines = [
        json.dumps({"id": f"r{number}", "text": text}) for number, text in enumerate(["aaa", "a" * 40_000 + "b", "aa"])
    ]
    (tmp_path / "dump.jsonl").write_text("\n".join(lines) + "\n")
    command = ("run", path, tmp_path / "dump.jsonl", "--out", tmp_path / "out", "-q", "--workers", 0)
    monkeypatch.setattr("rubricate_regex.scanning.TIME_LIMIT", 0.2)
    first = call(*command)
    [incidents] = (tmp_path / "out" / ".rubricate" / "incidents").iterdir()
    before = outcome_of(tmp_path / "out")

    assert first.code == 0, first.err
    assert aside(tmp_path / "out") == [("regex_timeout", 2, len(lines[0]) + 1, len(lines[1]))]
    assert list(json.loads(incidents.read_bytes())) == ["1"]

    # the machine is faster the second time, and decides the same all the same
    for receipt in (tmp_path / "out" / ".rubricate" / "receipts").iterdir():
        receipt.unlink()
    (tmp_path / "out" / "manifest.json").unlink()
    monkeypatch.setattr("rubricate_regex.scanning.TIME_LIMIT", 60.0)

    assert (call(*command).code, outcome_of(tmp_path / "out")) == (0, before)


def test_r06_a_pattern_that_takes_too_long_again_and_again_is_switched_off_and_told_of(tmp_path, monkeypatch):
    path = write_text(tmp_path, LABELS + "rules:\n  - {id: r, label: hit, when: '/(?:a|aa)+$/', confidence: 0.9}\n")
    text = "a" * 3000 + "b"
    (tmp_path / "dump.jsonl").write_text("".join(json.dumps({"id": f"r{n}", "text": text}) + "\n" for n in range(120)))
    monkeypatch.setattr("rubricate_regex.scanning.TIME_LIMIT", 0.01)
    called = call("run", path, tmp_path / "dump.jsonl", "--out", tmp_path / "out", "--workers", 0)

    assert called.code == 0
    assert '"/(?:a|aa)+$/" was switched off in unit 0: on 20 records it took too long' in called.out + called.err
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes())["body"]["counts"]["quarantined"] == {
        "regex_timeout": 20
    }
