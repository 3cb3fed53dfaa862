"""The rulesets that a comparison names: files, folders, runs, and states in git."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from rubricate.annotator import Annotator, load
from rubricate.cli.console import load_for_use
from rubricate.errors import UsageError
from rubricate.run_notes import rules_of_run
from rubricate.storage.layout import MANIFEST

__all__ = ["file_version", "load_version"]

GIT = "git:"
MOST_BYTES = 1 << 30
"""A folder in git with more than this is no ruleset's."""


def load_version(name: str) -> Annotator:
    """The ruleset of a path, of a run's folder, or `git:REV:PATH`; raises UsageError or RulesetError."""
    if name.startswith(GIT):
        with _checked_out(name) as path:
            return load(path)
    path = Path(name)
    if (path / MANIFEST).is_file():
        rules = rules_of_run(path)
        if rules is None:
            help = "name the ruleset itself, or git:REV:PATH for the state that it had"
            raise UsageError(f"{path}: the ruleset of this run has gone, or means something else by now", help=help)
        return rules
    return load_for_use(path)


def file_version(name: str) -> tuple[str, str]:
    """A text file, or `git:REV:PATH`: what it is called in messages, and its text."""
    try:
        if name.startswith(GIT):
            revision, path = _split(name)
            return name, _git("show", f"{revision}:{_from_here(path)}").decode()
        return name, Path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: is not UTF-8") from None
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from error


def _split(name: str) -> tuple[str, str]:
    revision, sign, path = name.removeprefix(GIT).partition(":")
    if not revision or not sign or not path or revision.startswith("-"):
        raise UsageError(f'"{name}" is no state in git', help="write git:REV:PATH, such as git:main:rulesets/x")
    return revision, path


def _from_here(path: str) -> str:
    """A path as `git show` takes it: seen from the current folder."""
    return path if PurePosixPath(path).is_absolute() else f"./{path}"


@contextmanager
def _checked_out(name: str) -> Iterator[Path]:
    """The folder of a ruleset as it was, in a temporary folder; gives where its ruleset stands there."""
    revision, path = _split(name)
    is_file = PurePosixPath(path).suffix in (".yaml", ".yml")
    folder = str(PurePosixPath(path).parent) if is_file else path
    with tempfile.TemporaryDirectory(prefix="rubricate-") as temporary:
        target = Path(temporary)
        _copy(revision, folder, target, name)
        found = target / (PurePosixPath(path).name if is_file else "ruleset.yaml")
        if not found.is_file():
            raise UsageError(f'{name}: there is no "{found.name}" in that state')
        yield found


def _copy(revision: str, folder: str, target: Path, name: str) -> None:
    """Writes the files below a folder of a commit; links and submodules are left out."""
    listed = _git("ls-tree", "-r", "-z", "-l", f"{revision}:{_from_here(folder)}").split(b"\0")
    entries = [line.partition(b"\t") for line in listed if line]
    files = [(head.split(), Path(path.decode())) for head, _, path in entries if head.startswith(b"100")]
    if sum(int(head[3]) for head, _ in files) > MOST_BYTES:
        raise UsageError(f"{name}: the folder holds more than {MOST_BYTES >> 20} MiB")
    for head, path in files:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(_git("cat-file", "blob", head[2].decode()))


def _git(*arguments: str) -> bytes:
    try:
        # the arguments are made here and no shell reads them; git is found as its user finds it
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607  # as said above
    except FileNotFoundError:
        raise UsageError("git is not installed", help="name files or folders") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(f"git: {told[0].removeprefix('fatal: ') if told else 'failed'}")
    return done.stdout
