"""What an editor with the YAML language server shows of a ruleset.

The server is the command `yaml-language-server`, or the one that RUBRICATE_YAML_LANGUAGE_SERVER names. Without any
these tests are skipped, unless RUBRICATE_EDITOR_CHECK is set, as `make editor-check` does. What they rest on is tested
without a server in tests/engine/scaffolding/test_editor_schema.py.
"""

import itertools
import os
import shutil
from pathlib import Path

import pytest

from support.command import call
from support.language_server import LanguageServer

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "rulesets" / "rubricate_rulesets").glob("*/ruleset.yaml"))
SERVER = os.environ.get("RUBRICATE_YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
SETTINGS = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
HEAD = "# yaml-language-server: $schema=./ruleset.schema.json\n"

if SERVER is None and os.environ.get("RUBRICATE_EDITOR_CHECK"):
    pytest.fail("there is no yaml-language-server: npm install yaml-language-server, and put it on PATH", pytrace=False)
pytestmark = pytest.mark.skipif(
    SERVER is None, reason="there is no yaml-language-server on PATH; `make editor-check` insists on one"
)

RULESET = """\
ruleset: shop
version: "1.0.0"
guideline: {id: shop-guide, version: "1.0.0", file: guideline.md}
labels: [spam, ham]
dictionaries:
  words: {file: words.tsv}
matchers:
  cue:
    use: dictionary
    of: words
  price:
    use: regex
    pattern: '/[0-9]+ EUR/'
rules:
  - id: asks
    label: spam
    cites: [s1]
    when: 'cue or price'
    confidence: 0.9
    hit: ["buy"]
    miss: ["none"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("editor")
    (folder / "words.tsv").write_text("term\nbuy\n", encoding="utf-8")
    (folder / "guideline.md").write_text("# Shop\n## Wants money {#s1}\nIt does.\n", encoding="utf-8")
    (folder / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    called = call("schema", "--for", folder / "ruleset.yaml", "--out", folder / "ruleset.schema.json")
    assert called.code == 0, called.err
    return folder


@pytest.fixture(scope="module")
def server(folder):
    with LanguageServer([SERVER, "--stdio"], folder, settings=SETTINGS) as server:
        yield server


NUMBERS = itertools.count()


@pytest.fixture
def shown(server):
    """Shows a text that holds a bar; gives the address, line and column of it."""

    def show(text):
        before = (HEAD + text).partition("|")[0]
        uri = server.open(f"shown-{next(NUMBERS)}.yaml", (HEAD + text).replace("|", "", 1))
        return uri, before.count("\n"), len(before) - before.rfind("\n") - 1

    return show


def changed(old, new):
    assert old in RULESET
    return RULESET.replace(old, new, 1)


def test_a_right_ruleset_has_no_marks(server, shown):
    uri, _, _ = shown(RULESET)

    assert server.diagnostics(uri) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_shipped_rulesets_have_no_marks(path, tmp_path):
    called = call("schema", "--for", path, "--out", tmp_path / "ruleset.schema.json")
    assert called.code == 0, called.err
    with LanguageServer([SERVER, "--stdio"], tmp_path, settings=SETTINGS) as server:
        uri = server.open("ruleset.yaml", HEAD + path.read_text(encoding="utf-8"))

        assert server.diagnostics(uri) == []


def test_a_wrong_key_is_marked(server, shown):
    uri, _, _ = shown(changed("    confidence: 0.9\n", "    confidense: 0.9\n"))

    assert server.diagnostics(uri) == [(20, "Property confidense is not allowed.")]


def test_an_option_of_another_kind_is_marked(server, shown):
    uri, _, _ = shown(changed("    of: words\n", "    flags: i\n"))

    assert server.diagnostics(uri) == [(11, "Property flags is not allowed.")]


def test_a_kind_that_is_not_installed_is_marked(server, shown):
    uri, _, _ = shown(changed("use: dictionary", "use: dictionery"))

    [(line, message)] = server.diagnostics(uri)

    assert line == 10
    assert "dictionary" in message


def test_a_label_that_was_declared_a_moment_ago_is_not_marked(server, shown):
    uri, _, _ = shown(changed("[spam, ham]", "[spam, ham, other]").replace("label: spam", "label: other"))

    assert server.diagnostics(uri) == []


def test_after_use_the_kinds_are_proposed_with_their_help(server, shown):
    found = server.complete(*shown(changed("use: dictionary", "use: |")))

    assert {"dictionary", "regex"} <= found.keys()
    assert "whole words" in found["dictionary"]


def test_in_a_dictionary_its_options_are_proposed(server, shown):
    found = server.complete(*shown(changed("    of: words\n", "    |\n")))

    assert {"terms", "of", "take", "except"} <= found.keys()
    assert "flags" not in found
    assert "The terms, where there is no table." in found["terms"]


def test_in_a_regex_its_options_are_proposed(server, shown):
    found = server.complete(*shown(changed("    pattern: '/[0-9]+ EUR/'\n", "    |\n")))

    assert {"pattern", "flags"} <= found.keys()
    assert "terms" not in found


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("label: spam", "label: |", {"spam", "ham"}),
        ("of: words", "of: |", {"words"}),
        ("cites: [s1]", "cites: [|]", {"s1"}),
    ],
    ids=["labels", "tables", "sections"],
)
def test_the_names_of_the_ruleset_are_proposed(server, shown, old, new, wanted):
    assert wanted <= server.complete(*shown(changed(old, new))).keys()


def test_a_section_is_proposed_with_its_title(server, shown):
    assert server.complete(*shown(changed("cites: [s1]", "cites: [|]")))["s1"] == "Wants money"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("confidence: 0.9", "confid|ence: 0.9", "How sure a vote is"),
        ("guideline: {", "guide|line: {", "The text that people annotate with"),
        ("    pattern:", "    patt|ern:", "in single quotes"),
        ("    use: regex", "    us|e: regex", "The kind of matcher"),
    ],
    ids=["confidence", "guideline", "pattern", "use"],
)
def test_a_key_shows_its_text(server, shown, old, new, words):
    assert words in server.hover(*shown(changed(old, new)))
