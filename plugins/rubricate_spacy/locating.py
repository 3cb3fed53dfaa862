"""Where a pipeline lies on disk, and which of its files its answers follow from; nothing is imported or fetched."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from rubricate.api import IN_PACKAGE, MatcherSpec, MissingExtraError, OptionError, package_folder

__all__ = ["files", "find_folder", "name_of", "require_spacy"]

_NAME = re.compile(r"[^\W\d]\w*")
_OF_NO_EFFECT = frozenset({"README.md", "LICENSE", "LICENSES_SOURCES", "accuracy.json"})
_MOST = "nothing is downloaded when rulesets run"


def require_spacy() -> None:
    """Raises MissingExtraError where spaCy is not installed."""
    if find_spec("spacy") is None:
        raise MissingExtraError("the kinds spacy.*", "spacy")


def name_of(spec: MatcherSpec) -> str:
    """The pipeline of a matcher, as written."""
    return str(spec.options.get("model", ""))


def find_folder(spec: MatcherSpec) -> Path:
    """The folder with the config.cfg of a matcher's pipeline; raises OptionError for one that is not there."""
    written = name_of(spec)
    if written.startswith(IN_PACKAGE):
        package, _, inside = written.removeprefix(IN_PACKAGE).partition("/")
        root = package_folder(package)
        if root is None:
            raise _missing(package)
        return _in_folder(written, _within(root, inside, written) if inside else _data_of(root))
    if _NAME.fullmatch(written):
        root = package_folder(written)
        if root is not None:
            return _in_folder(written, _data_of(root))
        if not _is_folder(spec.folder / written):
            raise _missing(written)
    return _in_folder(written, spec.folder / written)


def files(spec: MatcherSpec) -> Mapping[str, Path]:
    """The files of a matcher's pipeline, by their paths in it, and the file that says which spaCy reads them."""
    folder = find_folder(spec)
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    kept = {name: path for name, path in found.items() if name not in _OF_NO_EFFECT and "__pycache__" not in name}
    spacy = package_folder("spacy")
    if spacy is not None:  # tokenizer exceptions and rules of lemmas come with its code
        kept["spacy/about.py"] = spacy / "about.py"
    return kept


def _within(package: Path, inside: str, written: str) -> Path:
    """A folder of a package; raises OptionError for a path that leads out of it."""
    folder = package / inside
    if "\x00" in inside or not folder.resolve().is_relative_to(package.resolve()):
        raise OptionError("model", f'"{written[:80]}" leads out of its package', help="name a folder inside of it")
    return folder


def _data_of(package: Path) -> Path:
    """The folder inside a package of a pipeline that its meta.json names."""
    try:
        meta = json.loads((package / "meta.json").read_bytes())
        return package / f"{meta['lang']}_{meta['name']}-{meta['version']}"
    except (OSError, ValueError, KeyError, TypeError):
        return package


def _in_folder(written: str, folder: Path) -> Path:
    if not _is_folder(folder):
        raise OptionError("model", f'there is no folder "{written[:80]}"', help="relative paths begin at the ruleset")
    for name in ("config.cfg", "meta.json"):
        if not (folder / name).is_file():
            raise OptionError("model", f'"{written}" is no spaCy pipeline: it has no {name}',
                              help="name the folder that nlp.to_disk wrote, or an installed pipeline")  # fmt: skip
    return folder


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _missing(name: str) -> OptionError:
    installed = sorted(point.name for point in entry_points(group="spacy_models"))
    near = difflib.get_close_matches(name, installed, n=1, cutoff=0.6)
    help = f'did you mean "{near[0]}"?' if near else f"install it: python -m spacy download {name}; {_MOST}"
    return OptionError("model", f'the spaCy pipeline "{name}" is not installed', help=help)
