"""A stranger's package that knows nothing but `rubricate.api` works like the plugins of the house."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rubricate.plugins.discovering import build_registry
from support.matching import make_document, make_spec

FOLDER = Path(__file__).parents[2] / "outside_plugin"


@pytest.fixture
def shouting():
    path = FOLDER / "rubricate_shouting" / "__init__.py"
    spec = importlib.util.spec_from_file_location("rubricate_shouting", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_matches_are_found_once_it_is_handed_over(shouting):
    kind = build_registry(extra=[shouting]).matchers["shouting"]

    found = kind.compile([make_spec(kind="shouting", fields=("text",))]).scan(
        [make_document("BUY it NOW", title="ABC")]
    )

    assert found == [[("m", "text", 0, 3, None, None), ("m", "text", 7, 10, None, None)]]


def test_its_import_name_is_the_only_thing_that_says_where_it_came_from(shouting):
    info = build_registry(extra=[shouting]).origins["matchers", "shouting"]

    assert (info.name, info.module, info.gives) == ("shouting", "rubricate_shouting", {"matchers": ("shouting",)})


@pytest.mark.slow
def test_it_is_found_by_its_entry_point_once_it_is_installed(tmp_path):
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*install, "--target", str(tmp_path), str(FOLDER)], check=True)
    program = (
        "import json; from rubricate.plugins.discovering import build_registry; registry = build_registry(); "
        "info = registry.origins['matchers', 'shouting']; "
        "print(json.dumps([info.distribution, info.version, [p.message for p in registry.problems]]))"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])

    answer = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )

    assert json.loads(answer.stdout) == ["rubricate-shouting", "1.0.0", []]
