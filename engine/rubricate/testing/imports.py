"""Laws of a plugin's package: it imports one module of the core, and nothing heavy before it is needed."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from types import ModuleType

from rubricate.testing.faults import Complaint

__all__ = ["HEAVY", "knows_one_module", "loads_lightly"]

HEAVY = (
    "PIL", "cv2", "datasets", "gensim", "httpx", "jax", "keras", "matplotlib", "nltk", "numpy", "onnxruntime", "openai",
    "pandas", "polars", "pyarrow", "requests", "scipy", "sentence_transformers", "sklearn", "spacy", "stanza",
    "tensorflow", "tokenizers", "torch", "transformers",
)  # fmt: skip
"""Packages that no plugin may import before something asks for what needs them."""
OWN_MODULES = ("rubricate.api", "rubricate.testing")

PROGRAM = """
import json, os, sys
name, path, heavy, mark = json.loads(sys.argv[1])
sys.path[:0] = path
import rubricate.api
before = set(sys.modules)
import io, contextlib
written = io.StringIO()
with contextlib.redirect_stdout(written):
    __import__(name)
loaded = {each.partition(".")[0] for each in set(sys.modules) - before}
print(end=mark + json.dumps([sorted(loaded & set(heavy)), written.getvalue()[:80]]), flush=True)
os._exit(0)
"""
MARK = "\x1e"
"""What stands before the answer: whatever the plugin writes stands in front of it."""
LONGEST = 120
"""Seconds."""


def loads_lightly(module: ModuleType) -> Iterator[Complaint]:
    """Law "light import": a fresh interpreter imports the plugin without its heavy packages, and in silence."""
    heavy = sorted({*HEAVY, *_extras(module)})
    arguments = json.dumps([module.__name__, sys.path, heavy, MARK])
    try:
        done = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-c", PROGRAM, arguments], capture_output=True, text=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        yield Complaint(f"importing it in a fresh interpreter takes more than {LONGEST} seconds")
        return
    answer = done.stdout.rpartition(MARK)[2]
    if done.returncode or not answer:
        last = done.stderr.strip().rpartition("\n")[2] or "it ends the interpreter"
        yield Complaint(f"it cannot be imported in a fresh interpreter: {last}")
        return
    loaded, written = json.loads(answer)
    written += done.stdout.rpartition(MARK)[0]
    if loaded:
        help = "import it inside the function that needs it, and raise MissingExtraError where it is missing"
        yield Complaint(f'importing it imports "{loaded[0]}"', help=help)
    if written:
        yield Complaint("importing it writes to the output stream", seen=written)


def knows_one_module(module: ModuleType) -> Iterator[Complaint]:
    """Law "one module": of Rubricate it imports rubricate.api and nothing else."""
    for path in _sources(module):
        try:
            tree = ast.parse(path.read_bytes(), str(path))
        except (SyntaxError, ValueError) as error:
            yield Complaint(f'"{path.name}" is no Python: {error}')
            continue
        for node in ast.walk(tree):
            for name in _imported(node):
                if name.partition(".")[0] == "rubricate" and name not in OWN_MODULES:
                    yield Complaint(
                        f'it imports "{name}"',
                        seen=f"{path.name}, line {getattr(node, 'lineno', 0)}",
                        help="import from rubricate.api: all else may change without a word",
                    )


def _imported(node: ast.AST) -> list[str]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom(module=str() as module, level=0) if module == "rubricate":
            return [f"{module}.{alias.name}" for alias in node.names]
        case ast.ImportFrom(module=str() as module, level=0):
            return [module]
    return []


def _sources(module: ModuleType) -> list[Path]:
    try:
        file = inspect.getsourcefile(module)
    except TypeError:  # a folder without __init__.py
        file = None
    if file is None:
        return []
    path = Path(file)
    return sorted(path.parent.rglob("*.py")) if hasattr(module, "__path__") else [path]


def _extras(module: ModuleType) -> set[str]:
    """Import packages that only an extra of the plugin's distribution brings."""
    owners = packages_distributions()
    distributions = owners.get(module.__name__.partition(".")[0], [])
    wanted = {
        _plain(found[0])
        for name in distributions
        for line in requires(name) or ()
        if "extra ==" in line and (found := re.match(r"[\w.-]+", line)) is not None
    }
    return {package for package, names in owners.items() if any(_plain(name) in wanted for name in names)}


def _plain(distribution: str) -> str:
    return distribution.lower().replace("_", "-")
