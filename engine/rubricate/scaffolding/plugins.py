"""A new plugin: an installable package with one thing of a group, and the tests of its contract."""

from __future__ import annotations

import re
from pathlib import Path

from rubricate.errors import UsageError
from rubricate.scaffolding.filling import fill, write_files

__all__ = ["GROUPS", "new_plugin"]

GROUPS = ("matcher", "transform", "normaliser", "check", "combiner", "source", "export")
NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


def new_plugin(name: str, folder: Path, *, group: str = "matcher") -> list[Path]:
    """Writes the package `rubricate-NAME` into a folder, and gives the paths of its files.

    Raises UsageError for a name that cannot be one, and when the package's folder is there already.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f'"{name}" cannot be the name of a plugin', help="small letters and digits, with - between")
    own = name.replace("-", "_")
    distribution, module = f"rubricate-{name.replace('_', '-')}", f"rubricate_{own}"
    values = {"name": own, "module": module, "distribution": distribution, "group": group}
    contents = {
        "pyproject.toml": fill("plugin/pyproject.toml", **values),
        "README.md": fill("plugin/README.md", **values, use=fill(f"plugin/{group}.md", **values).strip()),
        f"{module}/__init__.py": fill(f"plugin/{group}.py", **values),
        f"{module}/py.typed": "",
        "tests/test_contract.py": fill(f"plugin/{group}_test.py", **values),
    }
    return write_files(folder / distribution, contents)
