"""What becomes of the patterns of uap-core."""

import pytest

import rubricate
from rubricate.errors import UsageError
from rubricate.importing.imported import Remark, Wishes
from rubricate.importing.user_agents import import_user_agents
from rubricate.importing.writing import write_folder

BROWSERS = r"""
user_agent_parsers:
  - regex: '(Edg)/(\d+)\.?(\d+)?'
    family_replacement: 'Edge'
  - regex: '(chrome)/(\d+)'
    regex_flag: 'i'
    family_replacement: '$1 $3 US$'
  - regex: '(Safari)/(\d+)'
"""


def import_text(tmp_path, yaml, **tests):
    for name, text in tests.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "regexes.yaml").write_text(yaml, encoding="utf-8")
    wanted = tuple(tmp_path / f"{name}.yaml" for name in tests)
    return import_user_agents(tmp_path / "regexes.yaml", Wishes(tests=wanted))


def values(tmp_path, yaml, text):
    write_folder(tmp_path / "out", import_text(tmp_path, yaml).files)
    found = rubricate.load(tmp_path / "out" / "ruleset.yaml").annotate_one({"id": "1", "user_agent": text})
    return {each.label: each.value for each in found.annotations}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Safari/1 Edg/12.3", {"family": "Edge", "major": "12", "minor": "3"}),
        ("Edg/12", {"family": "Edge", "major": "12"}),
        ("Safari/1 CHROME/2", {"family": "CHROME  US$", "major": "2"}),
        ("Safari/1", {"family": "Safari", "major": "1"}),
    ],
)
def test_the_first_pattern_that_is_found_gives_the_value(tmp_path, text, value):
    assert values(tmp_path, BROWSERS, text) == {"browser": value}


def test_a_user_agent_of_which_nothing_is_known_has_no_span(tmp_path):
    assert values(tmp_path, BROWSERS, "curl") == {}


def test_browser_system_and_device_are_told_apart_from_one_text(tmp_path):
    yaml = BROWSERS + (
        "os_parsers:\n  - regex: 'on (\\w+)'\n"
        "device_parsers:\n  - regex: '(Edg).* on'\n    brand_replacement: 'B'\n    model_replacement: ' $1 '\n"
    )

    assert values(tmp_path, yaml, "Edg/1 on Linux") == {
        "browser": {"family": "Edge", "major": "1"},
        "os": {"family": "Linux"},
        "device": {"family": "Edg", "brand": "B", "model": "Edg"},
    }


def test_tests_become_gold_and_hits(tmp_path):
    cases = (
        "test_cases:\n  - {user_agent_string: 'Edg/1', family: Edge, major: '1', minor: '', patch:}\n"
        "  - {user_agent_string: 'curl', family: Other}\n"
    )
    files = import_text(tmp_path, BROWSERS, test_ua=cases).files

    assert files["records.jsonl"] == '{"id":"a1","user_agent":"Edg/1"}\n{"id":"a2","user_agent":"curl"}\n'
    assert files["gold.jsonl"] == (
        '{"id":"a1","labels":{"browser":{"value":{"family":"Edge","major":"1"}}}}\n'
        '{"id":"a2","labels":{"browser":false}}\n'
    )
    assert "      - 'Edg/1'\n" in files["ruleset.yaml"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("regex: '('", "the pattern cannot be compiled: missing )"),
        ("family_replacement: 'x'", "it has no regex"),
        ("{regex: 'a', regex_flag: 'm'}", 'its flag "m" is not known'),
        ("regex: 3", 'its "regex" is not a text'),
        ("{regex: 'a', v1_replacement: 3}", 'its "v1_replacement" is not a text'),
    ],
)
def test_what_could_not_be_taken_over_is_told_by_list_and_number(tmp_path, entry, reason):
    made = import_text(tmp_path, f"user_agent_parsers:\n  - regex: 'b'\n  - {entry}\nother: 1\n")

    assert (made.rules, made.taken) == (2, 1)
    assert made.remarks == (
        Remark("other", "left out", "the list is not known"),
        Remark("user_agent_parsers.2", "left out", reason),
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("test_ua", "[]", 'has no list "test_cases"'),
        ("test_ua", "test_cases: [1]", 'case 1 has no text "user_agent_string"'),
        ("mine", "test_cases: [{user_agent_string: a}]", "its name does not say what it tests"),
    ],
)
def test_tests_that_cannot_be_read_are_refused(tmp_path, name, text, said):
    with pytest.raises(UsageError, match=said):
        import_text(tmp_path, BROWSERS, **{name: text})
