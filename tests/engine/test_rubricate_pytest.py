"""The pytest plugin: which rulesets are collected, how their examples are named, and how they fail."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

RULESET = """\
ruleset: shop
version: "1.0.0"
record: {text: [text]}
labels:
  kind: {one_of: [spam, ham]}
  price: {kind: span, negatives: [five dollars]}
rules:
  - id: asks
    label: spam
    when: '"buy"'
    confidence: 0.9
    hit: [buy]
    miss: [to buy]
    todo_hit: [purchase, buy now]
  - {id: sum, label: price, when: '/[$]\\d/', confidence: 0.9, hit: ['at [[price:$5]]'], miss: [x]}
tests:
  - {text: buy, expect: spam}
"""
IDS = [
    "asks::hit[0]",
    "asks::miss[0]",
    "asks::todo_hit[0]",
    "asks::todo_hit[1]",
    "sum::hit[0]",
    "sum::miss[0]",
    "negatives::price[0]",
    "tests::test[0]",
]


@pytest.fixture
def project(pytester):
    """A folder with a ruleset, a test of Python, and YAML that is no ruleset."""
    pytester.mkdir("rulesets")
    (pytester.path / "rulesets" / "shop.yaml").write_text(RULESET)
    (pytester.path / "rulesets" / "other.yaml").write_text("rules: []\n")
    (pytester.path / "rulesets" / "test_it.py").write_text("def test_it():\n    pass\n")
    return pytester


def run(project, *arguments):
    return project.runpytest_inprocess("-p", "rubricate_pytest", "-p", "no:cacheprovider", *arguments)


def collected(project, *arguments):
    """The node ids of what is collected, without the test of Python."""
    result = run(project, "--collect-only", "-q", *arguments)
    return [line for line in result.outlines if "::" in line and ".py" not in line]


def test_each_example_is_an_item_with_a_name_of_its_own(project):
    assert collected(project, "rulesets") == [f"rulesets/shop.yaml::{name}" for name in IDS]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["rulesets/shop.yaml"], IDS),
        (["."], IDS),
        (["rulesets/shop.yaml::sum"], ["sum::hit[0]", "sum::miss[0]"]),
        (["rulesets/shop.yaml::sum::hit[0]"], ["sum::hit[0]"]),
        (["rulesets", "-k", "negatives"], ["negatives::price[0]"]),
        ([], []),
        (["rulesets/test_it.py"], []),
    ],
    ids=["file", "folder above", "rule", "example", "by a word", "nothing named", "another file"],
)
def test_a_ruleset_is_collected_when_it_is_asked_for(project, arguments, names):
    assert collected(project, *arguments) == [f"rulesets/shop.yaml::{name}" for name in names]


def test_a_bare_pytest_collects_what_the_ini_option_names(project):
    project.makeini("[pytest]\nrubricate_paths = rulesets\n")

    assert len(collected(project)) == len(IDS)


def test_the_ini_option_takes_the_place_of_folders_of_the_command_line(project):
    project.makeini("[pytest]\nrubricate_paths =\n")

    assert collected(project, "rulesets") == []
    assert len(collected(project, "rulesets/shop.yaml")) == len(IDS)


def test_folders_of_testpaths_are_not_named(project):
    project.makeini("[pytest]\ntestpaths = rulesets\n")

    assert collected(project) == []


@pytest.mark.slow
def test_the_workers_of_xdist_collect_what_their_caller_would(project):
    project.makeini("[pytest]\ntestpaths = rulesets\n")

    run(project, "-n", "1").assert_outcomes(passed=1)
    run(project, "-n", "1", "rulesets").assert_outcomes(passed=6, failed=1, xfailed=1, xpassed=1)


def test_a_failure_is_told_in_our_words(project):
    result = run(project, "rulesets/shop.yaml", "-rxX")

    result.assert_outcomes(passed=5, failed=1, xfailed=1, xpassed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ asks::miss[[]0] _*",
            'rulesets/shop.yaml:13:12 asks: noisy: it fired on "buy"',
            '    miss: "to buy"',
            '              ^^^ found: "buy"',
            "XFAIL rulesets/shop.yaml::asks::todo_hit[[]0] - known gap: when it passes, move it to hit",
            "XPASS rulesets/shop.yaml::asks::todo_hit[[]1] - known gap: when it passes, move it to hit",
        ]
    )


def test_a_known_gap_that_passes_is_no_failure_where_such_are_strict(project):
    project.makeini("[pytest]\nxfail_strict = true\n")

    run(project, "rulesets/shop.yaml").assert_outcomes(passed=5, failed=1, xfailed=1, xpassed=1)


def test_errors_of_a_ruleset_are_errors_of_the_collection(project):
    (project.path / "rulesets" / "shop.yaml").write_text(RULESET.replace("label: spam", "label: sapm"))

    result = run(project, "rulesets")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            'rulesets/shop.yaml:9:12 R030 error: the label "sapm" is not declared',
            "9 |     label: sapm",
            "  |            ^^^^",
            '* help: did you mean "spam"?',
        ]
    )
    assert not re.search("Traceback|errors.py", result.stdout.str())


def test_the_plugin_imports_nothing_of_rubricate_before_a_ruleset_is_collected():
    program = "import sys, rubricate_pytest; print([name for name in sys.modules if name.split('.')[0] == 'rubricate'])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
