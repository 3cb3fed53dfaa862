"""What becomes of the rules of gitleaks."""

import tomllib

import pytest

import rubricate
from rubricate.importing.gitleaks import import_gitleaks
from rubricate.importing.imported import Remark, Wishes
from rubricate.importing.writing import write_folder


def import_text(tmp_path, toml, **wishes):
    path = tmp_path / "gitleaks.toml"
    path.write_text(toml, encoding="utf-8")
    tomllib.loads(toml)
    return import_gitleaks(path, Wishes(**wishes))


def load(tmp_path, toml, **wishes):
    made = import_text(tmp_path, toml, **wishes)
    write_folder(tmp_path / "out", made.files)
    return rubricate.load(tmp_path / "out" / "ruleset.yaml")


def secrets(annotator, text, **record):
    found = annotator.annotate_one({"id": "1", "text": text, **record})
    return [found.text(each) for each in found.annotations]


KEY = """
[[rules]]
id = "key"
regex = '''key = "([a-z0-9]+)"'''
keywords = ["KEY"]
"""


def test_the_secret_is_the_first_group_that_is_not_empty(tmp_path):
    annotator = load(tmp_path, "[[rules]]\nid = 'a'\nregex = 'x(1*)y|x(2)y|(3)'\n")

    assert secrets(annotator, "x1y x2y 3") == ["1", "2", "3"]


def test_the_group_that_the_rule_names_is_the_secret(tmp_path):
    annotator = load(tmp_path, "[[rules]]\nid = 'a'\nregex = '(k)=(v)'\nsecretGroup = 2\n")

    assert secrets(annotator, "k=v") == ["v"]


def test_a_rule_looks_only_where_a_keyword_stands(tmp_path):
    annotator = load(tmp_path, "[[rules]]\nid = 'a'\nregex = '[0-9]{4}'\nkeywords = ['Pin']\n")

    assert secrets(annotator, "PIN 1234") == ["1234"]
    assert secrets(annotator, "1234") == []


def test_a_secret_of_low_entropy_is_none(tmp_path):
    annotator = load(tmp_path, KEY + "entropy = 2\n")

    assert secrets(annotator, 'key = "aaaabbbb", key = "abcd", key = "abcde"') == ["abcde"]


@pytest.mark.parametrize(
    ("allowlist", "found"),
    [
        pytest.param("regexes = ['^a']", ["bad", "xyz"], id="what the secret holds"),
        pytest.param("stopwords = ['AD']", ["abc", "xyz"], id="a stop word"),
        pytest.param("regexes = ['^a']\nstopwords = ['ad']", ["xyz"], id="one of both"),
        pytest.param("condition = 'AND'\nregexes = ['^b']\nstopwords = ['ad']", ["abc", "xyz"], id="both at once"),
        pytest.param("regexTarget = 'match'\nregexes = ['key = \"a']", ["bad", "xyz"], id="what the match holds"),
        pytest.param("regexTarget = 'line'\nregexes = ['harmless']", ["abc", "bad"], id="what the line holds"),
        pytest.param(
            "condition = 'AND'\nregexTarget = 'line'\nregexes = ['harmless']\nstopwords = ['yz']",
            ["abc", "bad"],
            id="the line and the secret",
        ),
        pytest.param(
            "condition = 'AND'\nregexTarget = 'line'\nregexes = ['harmless']\npaths = ['x']",
            ["abc", "bad", "xyz"],
            id="the line and a path that is not known",
        ),
    ],
)
@pytest.mark.parametrize("place", ["[[rules.allowlists]]", "[[allowlists]]", "[[allowlists]]\ntargetRules = ['key']"])
def test_an_allowlist_lets_pass(tmp_path, place, allowlist, found):
    toml = f"{KEY}{place}\n{allowlist}\n"
    text = 'key = "abc"\nkey = "bad"\nharmless: key = "xyz"'

    assert secrets(load(tmp_path, toml), text) == found


def test_an_allowlist_of_paths_is_about_records_that_have_one(tmp_path):
    annotator = load(tmp_path, f"{KEY}[[allowlists]]\npaths = ['(?i)\\.png$']\n")

    assert secrets(annotator, 'key = "abc"') == ["abc"]
    assert secrets(annotator, 'key = "abc"', path="a/b.txt") == ["abc"]
    assert secrets(annotator, 'key = "abc"', path="a/b.PNG") == []


def test_a_rule_for_certain_files_needs_their_path(tmp_path):
    annotator = load(tmp_path, f"{KEY}path = '''\\.ya?ml$'''\n")

    assert secrets(annotator, 'key = "abc"') == []
    assert secrets(annotator, 'key = "abc"', path="a/b.yml") == ["abc"]


def test_the_label_and_the_name_are_the_callers(tmp_path):
    ruleset = load(tmp_path, KEY, name="my-secrets", label="credential").ruleset

    assert (ruleset.name, list(ruleset.labels)) == ("my-secrets", ["credential"])


@pytest.mark.parametrize(
    ("rule", "remark"),
    [
        ("id = 'a'\npath = 'x'", Remark("a", "left out", "it names files by their path and looks for nothing in them")),
        ("id = 'a'", Remark("a", "left out", "it has no regex")),
        ("id = 'a'\nregex = '(?U)a'", Remark("a", "left out", 'the flag "U" is not known')),
        ("id = 'a'\nregex = '(?P<text>a)'",
         Remark("a", "left out", 'its group "text" has the name of a column that every match has')),
        ("id = 'a'\nregex = 'a'\nsecretGroup = 1",
         Remark("a", "left out", 'its "secretGroup" 1 is no group of its regex')),
        ("id = 'a'\nregex = 'a'\nkeywords = 'b'", Remark("a", "left out", 'its "keywords" is not a list of texts')),
        ("id = 'a'\nregex = 'a'\nentropy = 'b'", Remark("a", "left out", 'its "entropy" is not a number')),
        ("regex = '('", Remark("2", "left out", "a parenthesis is opened and never closed")),
        ("id = 'a b'\nregex = 'a'", Remark("a b", "changed", 'its id is "a-b" here')),
        ("id = 'a'\nregex = 'a'\nskipReport = true", Remark("a", "changed", 'the key "skipReport" is not known')),
        ("id = 'a'\nregex = 'a'\nallowlists = [{regexes = ['(']}]",
         Remark("a", "left out", "a pattern of its allowlist: a parenthesis is opened and never closed")),
        ("id = 'a'\nregex = 'a'\nallowlists = [{condition = 'AND', regexes = ['('], paths = ['b']}]",
         Remark("a", "left out", "an allowlist of which all parts must hold, as one of them is missing")),
        ("id = 'a'\nregex = 'a'\nallowlists = [{commits = ['b']}]",
         Remark("a", "left out", "commits in an allowlist: a text has none")),
    ],
)  # fmt: skip
def test_what_could_not_be_taken_over_is_told_by_id(tmp_path, rule, remark):
    made = import_text(tmp_path, f"{KEY}[[rules]]\n{rule}\n")

    assert made.remarks[-1] == remark


def test_ids_that_are_alike_stay_apart(tmp_path):
    toml = "".join(
        f"[[rules]]\nid = '{id}'\nregex = 'a{n}'\n" for n, id in enumerate(["a-b", "a_b", "a b", "and", "1"])
    )
    annotator = load(tmp_path, toml)

    assert [rule.id for rule in annotator.ruleset.rules] == ["a-b", "a_b", "a-b-2", "and", "1"]
    assert secrets(annotator, "a0 a1 a2 a3 a4") == ["a0", "a1", "a2", "a3", "a4"]
