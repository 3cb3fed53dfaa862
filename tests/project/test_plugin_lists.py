"""What stands in several places of pyproject.toml names the same things as the folders."""

import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

import rubricate

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
PLUGINS = sorted(folder.name for folder in (ROOT / "plugins").iterdir() if (folder / "__init__.py").exists())
CORE = {module.name for module in pkgutil.iter_modules([str(ROOT / "engine" / "rubricate")])} - {"__main__"}


def test_every_plugin_folder_has_an_entry_point_of_its_name():
    declared = PROJECT["project"]["entry-points"]["rubricate"]

    assert declared == {name.removeprefix("rubricate_"): name for name in declared.values()}
    assert sorted(declared.values()) == PLUGINS


def test_the_entry_points_that_are_installed_are_those_that_are_declared():
    house = {point.name: point.value for point in entry_points(group="rubricate") if point.dist.name == "rubricate"}

    assert house == PROJECT["project"]["entry-points"]["rubricate"]


def test_every_plugin_is_held_by_the_import_contracts():
    assert PROJECT["tool"]["importlinter"]["root_packages"] == ["rubricate", *PLUGINS]
    assert CONTRACTS["seam"]["source_modules"] == PLUGINS
    assert CONTRACTS["strangers"]["modules"] == PLUGINS
    assert set(PLUGINS) <= set(CONTRACTS["light-core"]["forbidden_modules"])


def test_a_plugin_may_import_no_module_of_the_core_but_the_api():
    assert set(CONTRACTS["seam"]["forbidden_modules"]) == {f"rubricate.{name}" for name in CORE - {"api"}}


def test_the_import_contracts_hold():
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"

    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_the_version_is_said_once():
    assert rubricate.__version__ == PROJECT["project"]["version"] == version("rubricate")


def test_every_dependency_is_pinned_for_our_own_environments():
    extras = PROJECT["project"]["optional-dependencies"].values()
    needed = {
        re.match(r"[\w.-]+", line)[0].lower() for each in [PROJECT["project"]["dependencies"], *extras] for line in each
    }
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0].lower() for line in lines if not line.startswith("#")}

    assert needed - pinned == set()


@pytest.mark.parametrize("package", ["rubricate", *PLUGINS])
def test_every_public_name_can_be_imported(package):
    root = importlib.import_module(package)
    modules = [
        root,
        *(importlib.import_module(each.name) for each in pkgutil.walk_packages(root.__path__, f"{package}.")),
    ]

    missing = [
        f"{module.__name__}.{name}"
        for module in modules
        for name in getattr(module, "__all__", ())
        if not hasattr(module, name)
    ]

    assert missing == []


def test_importing_the_plugins_needs_no_package_that_only_some_rulesets_need():
    heavy = ("ahocorasick", "jsonschema", "lark", "pyarrow", "regex", "rich", "ruamel.yaml", "sqlite_utils")
    program = (
        "import sys; from rubricate.plugins.discovering import build_registry; assert not build_registry().problems; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
