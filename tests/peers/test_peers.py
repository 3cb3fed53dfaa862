"""Imported rules do what they do in the tools that they come from.

The files beside this one are excerpts; `benchmarks/peers.py` asks the same of whole files.
"""

import json
import math
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import rubricate
from rubricate.checking.examples import run_examples
from rubricate.importing.describing import all_files
from rubricate.importing.imported import Wishes
from rubricate.importing.kinds import find_importer
from rubricate.importing.writing import make_names, write_folder

HERE = Path(__file__).parent
KINDS = {
    "crawler-user-agents": HERE / "crawler_user_agents" / "crawler-user-agents.json",
    "gitleaks": HERE / "gitleaks" / "gitleaks.toml",
    "rules-tsv": HERE / "spam_sms" / "rules.tsv",
    "uap": HERE / "uap_core" / "regexes.yaml",
}
TESTS = {"uap": (HERE / "uap_core" / "test_ua.yaml", HERE / "uap_core" / "test_os.yaml")}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Kind -> the folder of the imported ruleset."""
    made = {}
    for kind, file in KINDS.items():
        imported = find_importer(kind).make(file, Wishes(tests=TESTS.get(kind, ())))
        made[kind] = tmp_path_factory.mktemp(kind) / "out"
        write_folder(made[kind], all_files(imported, kind=kind, file=file, licence=None, source=None))
    return made


@pytest.fixture(scope="module")
def annotators(folders):
    """Kind -> the imported ruleset, ready to label."""
    return {kind: rubricate.load(folder / "ruleset.yaml") for kind, folder in folders.items()}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_imported_ruleset_passes_its_own_examples(annotators, kind):
    outcomes = run_examples(annotators[kind].plan)

    assert outcomes
    assert [each for each in outcomes if each.failure is not None] == []


@pytest.mark.parametrize(
    ("kind", "report"),
    [
        ("crawler-user-agents", []),
        ("gitleaks", ["pkcs12-file\tleft out\tit names files by their path and looks for nothing in them"]),
        ("rules-tsv", []),
        ("uap", []),
    ],
)
def test_what_is_left_out_is_told(folders, kind, report):
    assert (folders[kind] / "import-report.tsv").read_text(encoding="utf-8").splitlines()[1:] == report


def test_each_crawler_pattern_finds_its_instances(folders, annotators):
    entries = json.loads(KINDS["crawler-user-agents"].read_text(encoding="utf-8"))
    table = (folders["crawler-user-agents"] / "dict" / "crawlers.tsv").read_text(encoding="utf-8").splitlines()
    lines = {line.split("\t")[0]: number for number, line in enumerate(table, 1)}
    pairs = [(agent, lines[entry["pattern"]]) for entry in entries for agent in entry["instances"]]
    records = [{"id": f"{number}", "user_agent": agent} for number, (agent, _) in enumerate(pairs)]
    missed = [
        pair
        for pair, found in zip(pairs, annotators["crawler-user-agents"].annotate(records), strict=True)
        if pair[1] not in {each["row"] for a in found.said["annotations"] for v in a["votes"] for each in v["evidence"]}
    ]

    assert (len(pairs), missed) == (80, [])


@pytest.mark.parametrize(("name", "label", "count"), [("test_ua", "browser", 45), ("test_os", "os", 25)])
def test_each_user_agent_is_told_as_uap_core_says(annotators, name, label, count):
    cases = YAML(typ="safe").load((HERE / "uap_core" / f"{name}.yaml").read_text(encoding="utf-8"))["test_cases"]
    records = [{"id": f"{number}", "user_agent": case["user_agent_string"]} for number, case in enumerate(cases)]
    different = []
    for case, found in zip(cases, annotators["uap"].annotate(records), strict=True):
        wanted = {key: value for key, value in case.items() if value and key != "user_agent_string"}
        value = next((each.value for each in found.annotations if each.label == label), {"family": "Other"})
        if {key: value[key] for key in value if key in case} != wanted:
            different.append((case, value))

    assert (len(cases), different) == (count, [])


def test_each_message_is_decided_by_majority(annotators):
    lines = (HERE / "spam_sms" / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line) for line in lines]
    records = [{"id": f"{number}", "text": each["text"]} for number, each in enumerate(messages)]
    decided = [
        next((label for label, said in found.decisions.items() if said == "accepted"), None)
        for found in annotators["rules-tsv"].annotate(records)
    ]

    assert decided == [None if each["decided"] == "tie" else each["decided"] for each in messages]
    assert Counter(decided)[None] == 16


# -- gitleaks has no tests of its rules as data: texts that each pattern matches are made, and asked of both sides -----

GITLEAKS = tomllib.loads(KINDS["gitleaks"].read_text(encoding="utf-8"))


def in_python(pattern):
    """A pattern of the excerpt that Python reads as Go does, or None for one that it cannot."""
    try:
        return re.compile(re.sub(r"\$(?=\)|$)", r"\\Z", pattern), re.ASCII)
    except re.error:
        return None


RULES = {
    rule["id"]: rule
    for rule in GITLEAKS["rules"]
    if in_python(rule.get("regex", "(")) and not {"allowlists", "path"} & rule.keys()
}


def entropy(text):
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def is_allowed(secret):
    """Whether the allowlist of the file lets a secret pass; patterns that Python cannot read need a slash."""
    lowered = secret.lower()
    patterns = [compiled for each in GITLEAKS["allowlist"]["regexes"] if (compiled := in_python(each))]
    return any(each.search(secret) for each in patterns) or any(
        word in lowered for word in GITLEAKS["allowlist"]["stopwords"]
    )


def secrets_of(rule, text):
    """What gitleaks finds: a keyword stands there, the secret is spread enough, nothing allows it."""
    if not any(word in text.lower() for word in rule["keywords"]):
        return []
    found = []
    for match in in_python(rule["regex"]).finditer(text):
        group = next((number for number in range(1, match.re.groups + 1) if match[number]), 0)
        if entropy(match[group]) > rule.get("entropy", -1) and not is_allowed(match[group]):
            found.append(match.span(group))
    return found


@pytest.mark.parametrize("id", sorted(RULES))
def test_each_secret_is_found_as_gitleaks_finds_it(annotators, id):
    rule, matcher = RULES[id], make_names([id])[0]
    ascii_texts = st.characters(max_codepoint=126, exclude_characters="\v")  # Go does not count \v as white space

    @settings(max_examples=4, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(made=st.from_regex(in_python(rule["regex"]), fullmatch=True, alphabet=ascii_texts))
    def check(made):
        text = f"before\n{made}\nafter"
        found = annotators["gitleaks"].annotate_one({"id": "1", "text": text})

        assert secrets_of(rule, text) == [
            (each.start, each.end)
            for vote in found.votes
            if vote.rule == id
            for each in vote.evidence
            if each.matcher == matcher
        ]

    check()
