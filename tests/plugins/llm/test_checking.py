"""What `check` says of a matcher; it asks nobody."""

import pytest

from rubricate.annotator import load
from rubricate.errors import RulesetError
from support.models import needs

needs("openai")

HEAD = 'ruleset: r\nversion: "1.0.0"\n'
LABELS = "labels: [spam, ham]\n"
JUDGE = "use: llm.classify, model: m, confidence: 0.9, labels: {spam: spam, ham: ham}"


def said(tmp_path, matcher, *, labels=LABELS, more=""):
    """The problems, as (message, help)."""
    path = tmp_path / "ruleset.yaml"
    path.write_text(f"{HEAD}{labels}matchers:\n  judge: {{{matcher}}}\n{more}", encoding="utf-8")
    try:
        load(path)
    except RulesetError as error:
        return [(each.message, each.help) for each in error.problems if each.is_error]
    return []


def test_a_matcher_needs_neither_an_endpoint_nor_a_key_to_be_checked(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    assert said(tmp_path, JUDGE) == []


@pytest.mark.parametrize(
    ("matcher", "message", "help"),
    [
        (f"{JUDGE}, prompt: no.md", 'there is no file "no.md"', "its path leads on from the ruleset's folder"),
        (
            f'{JUDGE}, prompt: "{{{{labels}}}} {{{{text}}}} {{{{page}}}}"',
            '"{{page}}" is no slot',
            "allowed: {{field}}, {{guideline}}, {{labels}}, {{text}}",
        ),
        (
            f'{JUDGE}, prompt: "{{{{labels}}}}"',
            'the prompt lacks "{{text}}"',
            "write it where that is to stand",
        ),
        (
            f'{JUDGE}, prompt: "{{{{labels}}}} {{{{text}}}} {{{{guideline}}}}"',
            '"{{guideline}}" would be empty, as no label cites a section',
            "add cites: [..] to the labels",
        ),
        (
            "use: llm.classify, model: m, confidence: 0.9",
            "it has no classes",
            "add labels: {CLASS: LABEL}, which the model is told",
        ),
        (
            "use: llm.classify, model: m, confidence: 0.9, labels: {spam: spam}",
            "one class leaves nothing to choose",
            "write choose: each, or add abstain: unclear",
        ),
        (f"{JUDGE}, abstain: ham", '"ham" is a class already', "remove it"),
        (f"{JUDGE}, samples: 5", '"samples" means nothing without agreement', "write confidence: agreement"),
        (
            "use: llm.classify, model: m, confidence: agreement, temperature: 0, labels: {spam: spam, ham: ham}",
            "samples drawn at 0 all say the same",
            "write temperature: 0.7",
        ),
        (
            f'{JUDGE}, base_url: "https://me:pass@host/v1"',
            "a password stands in the address",
            "put the key into the environment variable that `api_key_env` names",
        ),
        (
            f"{JUDGE}, api_key_env: sk-proj-1234",
            "it is the NAME of an environment variable",
            "write api_key_env: OPENAI_API_KEY, and put the key itself there",
        ),
        (f"{JUDGE}, extra: {{n: 3}}", '"n" is said by an option of its own, or not at all', "remove it"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_place(tmp_path, matcher, message, help):
    assert said(tmp_path, matcher) == [(message, help)]


def test_a_class_of_no_label_is_told_once(tmp_path):
    matcher = JUDGE.replace("ham: ham", "ham: hem")

    assert said(tmp_path, matcher) == [('the label "hem" is not declared', 'did you mean "ham"?')]


def test_a_budget_of_money_needs_prices(tmp_path):
    assert said(tmp_path, JUDGE, more="budget: {money: 5}\n") == [
        (
            'the budget counts money, and matcher "judge" has no prices',
            "add prices: {input: .., output: ..} to it, for a million tokens each",
        )
    ]


def test_a_budget_of_nothing_is_refused(tmp_path):
    assert said(tmp_path, JUDGE, more="budget: {tokens: 0}\n") == [
        ("a budget of 0 tokens allows nothing", "write a larger one")
    ]


def digest(tmp_path, matcher, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    path = tmp_path / "ruleset.yaml"
    guideline = 'guideline: {id: g, version: "1", file: guide.md}\n' if "guide" in files else ""
    cites = "labels: {kind: {one_of: [spam, ham], cites: [s1]}}\n" if guideline else LABELS
    path.write_text(f"{HEAD}{guideline}{cites}matchers:\n  judge: {{{matcher}}}\n", encoding="utf-8")
    return load(path).plan.digest


def test_the_prompt_is_part_of_what_a_ruleset_means(tmp_path):
    asked = f"{JUDGE}, prompt: ask.md"
    first = digest(tmp_path, asked, ask="{{labels}} {{text}}")

    assert digest(tmp_path, asked, ask="{{labels}}: {{text}}") != first


def test_the_text_of_a_cited_section_is_part_of_what_a_ruleset_means(tmp_path):
    first = digest(tmp_path, JUDGE, guide="# Spam {#s1}\nIt sells.\n")

    assert digest(tmp_path, JUDGE, guide="# Spam {#s1}\nIt sells something.\n") != first


def test_where_and_how_fast_is_asked_is_no_part_of_what_a_ruleset_means(tmp_path):
    elsewhere = (
        f'{JUDGE}, base_url: "http://127.0.0.1:1/v1", concurrency: 9, prices: {{input: 1, output: 2}}, timeout: 3'
    )

    assert digest(tmp_path, elsewhere) == digest(tmp_path, JUDGE)
