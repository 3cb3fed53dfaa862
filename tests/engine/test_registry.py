import dataclasses

import pytest

from rubricate.model.descriptors import Check
from rubricate.registry import PluginInfo, PluginProblem, Registry

LUHN = Check(name="luhn", help="card numbers", holds=str.isdigit)


def test_a_registry_without_plugins_is_empty_in_every_kind():
    registry = Registry()

    assert [dict(getattr(registry, kind)) for kind in ("matchers", "sources", "checks", "normalisers")] == [{}] * 4


def test_a_registry_cannot_be_changed():
    registry = Registry(checks={"luhn": LUHN})

    with pytest.raises(dataclasses.FrozenInstanceError):
        registry.checks = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        registry.matchers["luhn"] = LUHN  # type: ignore[index]


def test_a_name_claimed_twice_is_explained_only_for_its_kind():
    problem = PluginProblem(plugin="a", distributions=("x", "y"), message="two give it", kind="checks", name="luhn")
    registry = Registry(problems=(problem,))

    assert registry.find_problem("checks", "luhn") is problem
    assert registry.find_problem("normalisers", "luhn") is None


def test_a_dotted_name_is_explained_by_the_broken_plugin_of_its_first_part():
    problem = PluginProblem(plugin="spacy", distributions=("rubricate",), message="cannot be imported")
    registry = Registry(problems=(problem,))

    assert registry.find_problem("matchers", "spacy.lemma") is problem
    assert registry.find_problem("matchers", "lemma") is None


def test_versions_leave_broken_plugins_out():
    good = PluginInfo(name="b", module="b", distribution="two", version="2.0")
    other = PluginInfo(name="a", module="a", distribution="one", version="1.0")
    broken = PluginInfo(name="c", module="c", distribution="three", version="3.0", error="no")

    assert Registry(plugins=(good, other, broken)).versions() == {"one": "1.0", "two": "2.0"}
