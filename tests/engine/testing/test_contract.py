"""How the kit is used: as a pytest class, as a function, and what it says without its packages."""

import subprocess
import sys
import textwrap

import pytest

import rubricate_dictionary
from rubricate.testing import Fault, MatcherSample, PluginContract, check_plugin
from rubricate.testing.contract import trials_of
from rubricate.testing.samples import read_hit

SAMPLE = MatcherSample({"use": "dictionary", "terms": ["buy now"]}, hits=["[[Buy now]]!"], misses=["buyer"])


def run_pytest(folder, test):
    (folder / "test_it.py").write_text(textwrap.dedent(test), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--rootdir",
        str(folder),
    ]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False, cwd=folder)
    return done.returncode, done.stdout


def import_fresh(folder, name, content, law):
    """What a law of packages says of a module of its own."""
    sys.path.insert(0, str(folder))
    before = set(sys.modules)
    try:
        (folder / f"{name}.py").write_text(content, encoding="utf-8")
        module = __import__(name)
        return [str(fault) for trial in trials_of(module) if trial.law == law for fault in trial.run()]
    finally:
        sys.path.remove(str(folder))
        for loaded in {name, "torch"} - before:  # the real one cannot be imported twice
            sys.modules.pop(loaded, None)


def test_a_plugin_that_keeps_its_contract_has_no_faults():
    assert check_plugin(rubricate_dictionary, [SAMPLE]) == []


def test_a_fault_says_what_where_and_what_to_do():
    wrong = MatcherSample({"use": "dictionary", "terms": ["buy"]}, hits=["[[buy]] it [[now]]"])

    faults = [trial.run() for trial in trials_of(rubricate_dictionary, [wrong]) if trial.law == "samples"]

    assert faults == [[Fault(group="matcher", name="dictionary", law="samples",
                             message="it finds 'buy' at 0, not 'buy' at 0, 'now' at 7", seen="'buy it now'")]]  # fmt: skip


@pytest.mark.parametrize(
    ("hit", "read"),
    [
        ("nothing", ("nothing", [])),
        ("[[BUY]] it [[NOW]]", ("BUY it NOW", [(0, 3), (7, 10)])),
        (("a [[list]]", [(2, 10)]), ("a [[list]]", [(2, 10)])),
    ],
    ids=["no marks", "marks", "places"],
)
def test_hits_are_texts_with_marks_or_with_places(hit, read):
    assert read_hit(hit) == read


def test_a_mark_that_is_not_closed_is_refused():
    with pytest.raises(ValueError, match="opens a mark and does not close it"):
        read_hit("[[BUY it")


@pytest.mark.slow
def test_a_class_of_ten_lines_tests_a_plugin(tmp_path):
    code, out = run_pytest(tmp_path, """
        import rubricate_dictionary
        from rubricate.testing import MatcherSample, PluginContract

        class TestDictionary(PluginContract):
            plugin = rubricate_dictionary
            samples = [MatcherSample({"use": "dictionary", "terms": ["buy"]}, hits=["[[buy]] it"], misses=["no"])]
    """)  # fmt: skip

    assert (code, out.splitlines()[-1].split(" in ")[0]) == (
        0,
        f"{len(trials_of(rubricate_dictionary, [SAMPLE]))} passed",
    )


@pytest.mark.slow
def test_a_class_that_fails_shows_the_fault_and_no_traceback(tmp_path):
    code, out = run_pytest(tmp_path, """
        import rubricate_dictionary
        from rubricate.testing import MatcherSample, PluginContract

        class TestDictionary(PluginContract):
            plugin = rubricate_dictionary
            samples = [MatcherSample({"use": "dictionary", "terms": ["buy"]}, hits=["[[sell]] it"], misses=["no"])]
    """)  # fmt: skip

    assert code == 1
    assert "test_law[matcher dictionary: samples]" in out
    assert "it finds nothing, not 'sell' at 0\n  seen on: 'sell it'" in out
    assert "Traceback" not in out
    assert "rubricate/testing" not in out


def test_a_class_has_a_test_for_each_law():
    class Contract(PluginContract):
        plugin = rubricate_dictionary
        samples = (SAMPLE,)

    given = {}

    class Metafunc:
        fixturenames = ("trial",)

        def parametrize(self, name, values, ids):
            given[name] = [ids(value) for value in values]

    Contract().pytest_generate_tests(Metafunc())

    assert given["trial"][:5] == [
        "plugin dictionary: gives",
        "plugin dictionary: light import",
        "plugin dictionary: one module",
        "matcher dictionary: descriptor",
        "matcher dictionary: options",
    ]


def test_an_import_of_a_heavy_package_is_told(tmp_path):
    (tmp_path / "torch.py").write_text("", encoding="utf-8")

    [said] = import_fresh(tmp_path, "heavy_plugin", "import torch\n", "light import")

    assert said == (
        'plugin "heavy_plugin" breaks the law "light import": importing it imports "torch"\n'
        "  help: import it inside the function that needs it, and raise MissingExtraError where it is missing"
    )


def test_an_import_that_writes_is_told(tmp_path):
    [said] = import_fresh(tmp_path, "loud_plugin", "print('hello')\n", "light import")

    assert "importing it writes to the output stream" in said


def test_an_import_that_fails_in_a_fresh_interpreter_is_told(tmp_path):
    content = "import sys\nif 'pytest' not in sys.modules: raise RuntimeError('no')\n"

    [said] = import_fresh(tmp_path, "shy_plugin", content, "light import")

    assert "it cannot be imported in a fresh interpreter: RuntimeError: no" in said


@pytest.mark.parametrize(
    "line", ["from rubricate.model.match import Match", "import rubricate.model", "from rubricate import model"]
)
def test_an_import_of_another_module_of_the_core_is_told(tmp_path, line):
    [said] = import_fresh(tmp_path, "nosy_plugin", f"{line}\n", "one module")

    assert 'it imports "rubricate.model' in said
    assert "nosy_plugin.py, line 1" in said


@pytest.mark.parametrize("package", ["hypothesis", "pytest"])
def test_without_its_packages_the_kit_says_how_to_get_them(package):
    program = f"import sys; sys.modules[{package!r}] = None; import rubricate.testing"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert 'rubricate.testing needs packages that are not installed: pip install "rubricate[testing]"' in done.stderr
