"""What the kit says of plugins whatever they give; for each kind of sample there is a module of broken ones."""

import re
from pathlib import Path

from rubricate.api import per_text
from rubricate.testing.contract import LAWS
from support.broken_plugins import faults_of, plugin


def test_each_kind_of_sample_has_broken_plugins():
    modules = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_broken_*.py")]

    assert {kind for module in modules for kind in re.findall(r"laws_without_a_case\((\w+), ", module)} == {
        kind.__name__ for kind in LAWS
    }


def test_a_plugin_whose_hook_gives_no_list_is_told():
    [fault] = faults_of(plugin(checks=3))

    assert "register_checks must give a list, not int" in fault


def test_a_name_that_another_plugin_gives_is_told():
    kind = per_text("regex", lambda text: [], help="mine")

    assert 'matcher "regex" is given by' in "\n".join(faults_of(plugin(matchers=[kind])))
