"""What the guide says outside its snippets is so, too."""

import re
from pathlib import Path

import orjson
import pytest

import rubricate_schemas
from rubricate.errors import RulesetError
from support.snippets import read_blocks

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"


def later_names(node):
    """Every name that a schema keeps for later."""
    if isinstance(node, dict):
        yield from node.get("x-later", ())
        for value in node.values():
            yield from later_names(value)
    elif isinstance(node, list):
        for value in node:
            yield from later_names(value)


def test_the_guide_names_everything_that_is_kept_for_later():
    schema = orjson.loads((Path(rubricate_schemas.__file__).parent / "ruleset.schema.json").read_bytes())
    text = (GUIDE / "language.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", text.partition("## What belongs to the language and is not built yet")[2]))

    assert set(later_names(schema)) <= named


@pytest.mark.parametrize(
    "condition",
    ['exactly 2 of ("a", "b", "c")', 'at most 2 of ("a", "b", "c")'],
)
def test_forms_that_the_guide_says_are_not_built_are_refused(condition, tmp_path):
    import rubricate

    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(
        'ruleset: later\nversion: "1.0.0"\nlabels: [yes_, no_]\nrules:\n'
        f"  - {{id: later, label: yes_, when: '{condition}', confidence: 0.9}}\n",
        encoding="utf-8",
    )

    with pytest.raises(RulesetError, match="not built yet"):
        rubricate.load(ruleset)


@pytest.mark.parametrize("name", ["pyproject.toml", "rubricate_shouting/__init__.py"])
def test_the_plugin_of_the_guide_is_the_package_that_is_tested(name):
    blocks = read_blocks((GUIDE / "plugin-in-ten-minutes.md").read_text(encoding="utf-8"))
    shown = next(block.body for block in blocks if block.title == f"rubricate-shouting/{name}")

    assert shown == (ROOT / "tests" / "outside_plugin" / name).read_text(encoding="utf-8")
