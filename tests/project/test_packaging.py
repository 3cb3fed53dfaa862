"""The wheel holds what the checkout holds, and works without it."""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("engine", "plugins", "rulesets", "schemas")


def shipped() -> set[str]:
    """Every file of the four source folders, as the wheel should name it."""
    names = set()
    for source in SOURCES:
        for path in (ROOT / source).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                names.add(path.relative_to(ROOT / source).as_posix())
    return names


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A source distribution, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "SOURCE_DATE_EPOCH": "1577836800"})
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """An environment with the wheel and our dependencies, and without the checkout."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    wheel = next(built.glob("*.whl"))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    # A path in a .pth file is searched, but its own .pth files are not read: the editable checkout stays outside.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def run(command, **options):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd="/", **options)


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_sources_and_nothing_else(built):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert names == shipped()


@pytest.mark.slow
def test_the_source_distribution_holds_what_the_checks_need(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"pyproject.toml", "Makefile", "constraints.txt", "README.md", "LICENSE", "NOTICE", "CHANGELOG.md"} <= names
    assert "tests/project/test_packaging.py" in names


@pytest.mark.slow
def test_an_installed_wheel_finds_its_plugins_and_data(installed):
    program = (
        "import json, rubricate; from importlib.resources import files; "
        "from rubricate.plugins.discovering import build_registry; registry = build_registry(); "
        "print(json.dumps([rubricate.__file__, [p.message for p in registry.problems], 'regex' in registry.matchers, "
        "files('rubricate_schemas').joinpath('ruleset.schema.json').is_file(), "
        "files('rubricate_rulesets').joinpath('youtube_spam', 'ruleset.yaml').is_file()]))"
    )

    answer = json.loads(run([installed / "python", "-c", program]).stdout)

    assert Path(answer[0]).is_relative_to(installed.parent)
    assert answer[1:] == [[], True, True, True]


@pytest.mark.slow
def test_an_installed_wheel_gives_the_command(installed):
    assert "rubricate" in run([installed / "rubricate", "--help"]).stdout.lower()


@pytest.mark.parametrize(
    ("package", "name"),
    [("rubricate", "py.typed"), ("rubricate_schemas", "ruleset.schema.json"), ("rubricate_regex", "__init__.py")],
)
def test_data_are_found_by_package_in_this_environment_too(package, name):
    assert files(package).joinpath(name).is_file()
