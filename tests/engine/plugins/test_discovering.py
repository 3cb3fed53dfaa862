import sys
from pathlib import Path

import pytest

from rubricate.api import Check, MatcherKind, hookimpl, per_text
from rubricate.plugins.discovering import build_registry
from rubricate.registry import PluginProblem

SHOUTING = per_text("shouting", lambda text: [(0, len(text))] if text.isupper() else [], help="texts in capitals")


class Shouting:
    @hookimpl
    def register_matchers(self):
        return [SHOUTING]


class AlsoShouting(Shouting):
    pass


def checks_plugin(*answers):
    class Checks:
        @hookimpl
        def register_checks(self):
            return [*answers]

    return Checks()


def test_the_plugins_of_the_house_are_found_by_their_entry_points():
    registry = build_registry()

    assert registry.problems == ()
    assert {"dictionary", "regex"} <= set(registry.matchers)
    assert {"luhn", "iban", "ip", "date", "verhoeff"} <= set(registry.checks)
    assert {"max", "noisy_or", "mean", "majority"} <= set(registry.combiners)
    assert registry.origins["matchers", "regex"].distribution == "rubricate"


def test_a_plugin_handed_over_is_used_like_an_installed_one():
    registry = build_registry(extra=[Shouting()])

    assert registry.matchers["shouting"] is SHOUTING
    assert registry.origins["matchers", "shouting"].name == "Shouting"


def test_names_come_sorted_whatever_the_order_of_plugins():
    first = checks_plugin(Check(name="zz", help="z", holds=bool), Check(name="aa", help="a", holds=bool))

    assert list(build_registry(extra=[first]).checks) == sorted(build_registry(extra=[first]).checks)


def test_a_name_given_by_two_plugins_belongs_to_neither_and_names_both():
    registry = build_registry(extra=[Shouting(), AlsoShouting()])

    assert "shouting" not in registry.matchers
    assert registry.problems == (
        PluginProblem(
            plugin="Shouting",
            distributions=("Shouting", "AlsoShouting"),
            message='matcher "shouting" is given by "Shouting" (plugin "Shouting") and '
            '"AlsoShouting" (plugin "AlsoShouting")',
            kind="matchers",
            name="shouting",
            help="uninstall one of them",
        ),
    )
    assert registry.find_problem("matchers", "shouting") is registry.problems[0]


def test_the_same_name_of_two_kinds_is_no_conflict():
    registry = build_registry(extra=[Shouting(), checks_plugin(Check(name="shouting", help="s", holds=str.isupper))])

    assert registry.problems == ()


def test_a_hook_that_raises_breaks_its_own_plugin_only():
    class Raises:
        @hookimpl
        def register_checks(self):
            raise RuntimeError("no file\nand more")

    registry = build_registry(extra=[Raises(), Shouting()])

    assert [problem.message for problem in registry.problems] == [
        'plugin "Raises" cannot be asked: RuntimeError: no file'
    ]
    assert "shouting" in registry.matchers
    assert [info.error for info in registry.plugins if info.name == "Raises"] == [registry.problems[0].message]


def test_a_hook_that_leaves_the_process_breaks_its_own_plugin_only():
    class Leaves:
        @hookimpl
        def register_checks(self):
            sys.exit(3)

    assert [problem.message for problem in build_registry(extra=[Leaves()]).problems] == [
        'plugin "Leaves" cannot be asked: SystemExit: 3'
    ]


def test_a_misspelt_hook_is_not_ignored():
    class Misspelt:
        @hookimpl
        def register_matcher(self):
            return []

    problem = build_registry(extra=[Misspelt()]).problems[0]

    assert "register_matcher" in problem.message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param("luhn", "register_checks must give Check values, not str", id="another type"),
        pytest.param(
            Check(name="two words", help="", holds=bool),
            "register_checks gives 'two words', which is no name (letters, digits, _ - and dots)",
            id="no name",
        ),
    ],
)
def test_a_descriptor_that_is_none_is_named(answer, message):
    registry = build_registry(extra=[checks_plugin(answer)])

    assert registry.problems[0].message == f'plugin "{type(checks_plugin()).__name__}" breaks its contract: {message}'


def test_a_matcher_needs_literals_or_compile():
    class Neither:
        @hookimpl
        def register_matchers(self):
            return [MatcherKind(name="neither", help="nothing")]

    assert build_registry(extra=[Neither()]).problems[0].message == (
        'plugin "Neither" breaks its contract: matcher "neither" must have either `literals` or `compile`'
    )


def test_one_name_twice_from_one_plugin_is_a_broken_contract():
    twice = checks_plugin(Check(name="aa", help="a", holds=bool), Check(name="aa", help="b", holds=bool))

    assert build_registry(extra=[twice]).problems[0].message.endswith('register_checks gives "aa" twice')


def install(folder: Path, name: str, source: str, version: str = "1.0") -> None:
    """Puts a module and the metadata of a distribution that has it as an entry point into a folder."""
    (folder / f"{name}.py").write_text(source)
    metadata = folder / f"{name}_dist-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-dist\nVersion: {version}\n")
    (metadata / "entry_points.txt").write_text(f"[rubricate]\n{name} = {name}\n")


def test_an_installed_plugin_that_cannot_be_imported_is_recorded(tmp_path, monkeypatch):
    install(tmp_path, "outsider_one", "import a_package_that_does_not_exist\n")
    monkeypatch.syspath_prepend(tmp_path)

    registry = build_registry()

    assert registry.problems == (
        PluginProblem(
            plugin="outsider_one",
            distributions=("outsider_one-dist",),
            message='plugin "outsider_one" cannot be imported: ModuleNotFoundError: '
            "No module named 'a_package_that_does_not_exist'",
            help='upgrade or uninstall "outsider_one-dist 1.0", or tell its author',
        ),
    )
    assert "dictionary" in registry.matchers


def test_two_installed_distributions_with_one_name_are_both_named(tmp_path, monkeypatch):
    source = (
        "from rubricate.api import Check, hookimpl\n"
        "@hookimpl\n"
        "def register_checks():\n"
        "    return [Check(name='same', help='same', holds=bool)]\n"
    )
    install(tmp_path, "outsider_two", source)
    install(tmp_path, "outsider_three", source)
    monkeypatch.syspath_prepend(tmp_path)

    registry = build_registry()

    assert "same" not in registry.checks
    assert [problem.distributions for problem in registry.problems] == [("outsider_three-dist", "outsider_two-dist")]
