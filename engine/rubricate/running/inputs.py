"""From what the user named to the source objects of a run, in order and with digests."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from rubricate.errors import UsageError
from rubricate.model.descriptors import Source, SourceReader
from rubricate.model.ruleset import empty
from rubricate.registry import Registry
from rubricate.running.digests import DigestMemory, digest_folder, list_folder, show_path
from rubricate.running.options import fit_options
from rubricate.storage.objects import temp_path
from rubricate.storage.streams import open_stream

__all__ = ["STDIN", "Images", "Input", "resolve_inputs"]

STDIN = "-"

_BLOCK = 1 << 20
_TEXTS = (".txt", ".text", ".html", ".htm", ".md")
_JSON = re.compile(rb"\s*[\[{]")


class Images(Protocol):
    """The images that the records of an input name."""

    @property
    def folder(self) -> Path:
        """Where their paths lead on from."""
        ...

    @property
    def digest(self) -> str:
        """The digest of the bytes of all of them."""
        ...

    def wrap(self, reader: SourceReader) -> SourceReader:
        """A reader whose records know where their images stand."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A source object to read."""

    name: str
    """What the user called it; for a file of a folder, with the way to it from there."""
    path: Path
    """Where it stands; for standard input, where it was spooled."""
    source: Source
    size: int
    """Its bytes as stored; of a folder, those of its files."""
    sha256: str
    options: Mapping[str, object] = field(default_factory=empty)
    """The source's options."""
    images: Images | None = None
    """The images that its records name, where the ruleset looks at images."""
    code: tuple[str, str] | None = None
    """The plugin that gives its source, and the digest of its code; None where it comes with Rubricate."""

    def open(self) -> SourceReader:
        """A reader of it; raises UsageError for what the format cannot read at all."""
        reader = self.source.open(self.path, self.options)
        return reader if self.images is None else self.images.wrap(reader)


def resolve_inputs(
    paths: Sequence[str],
    registry: Registry,
    *,
    source: str | None = None,
    options: Mapping[str, object] | None = None,
    spool: Path,
    memory: Path | DigestMemory | None = None,
    stdin: BinaryIO | None = None,
) -> list[Input]:
    """The source objects behind `paths`, in their order, files of a folder in the order of their paths' bytes.

    `-` is standard input, stored in the folder `spool`. A folder of dumps stands for its dumps, a folder of texts is
    one input. `source` names the format, else the file's name tells it, else its first bytes. Digests are remembered
    in the file `memory`; a memory that was made outside is stored there, too. Raises UsageError for whatever cannot be
    read, before anything is.
    """
    if not paths:
        raise UsageError("no input", help="name files or a folder, or - for standard input")
    if list(paths).count(STDIN) > 1:
        raise UsageError(f"{STDIN}: standard input is named twice", help="name it once")
    digests = memory if isinstance(memory, DigestMemory) else DigestMemory(memory)
    resolver = _Resolver(registry, source, options or {}, digests)
    found: list[Input] = []
    for path in paths:
        if path == STDIN:
            found.append(resolver.file(STDIN, _spool(spool, stdin or sys.stdin.buffer)))
        else:
            found.extend(resolver.resolve(path))
    if digests is not memory:
        digests.store()
    return found


class _Resolver:
    def __init__(
        self, registry: Registry, source: str | None, options: Mapping[str, object], digests: DigestMemory
    ) -> None:
        self._registry = registry
        self._options = options
        self._digests = digests
        self._seen: dict[tuple[int, int], str] = {}
        self._source = None if source is None else _find_source(registry, source)

    def resolve(self, path: str) -> Iterator[Input]:
        """The inputs that one argument stands for."""
        name = show_path(path)
        mode = _mode(path, name)
        if stat.S_ISDIR(mode):
            yield from self._folder(name, Path(path))
        elif stat.S_ISREG(mode):
            yield self.file(name, Path(path))
        else:
            raise UsageError(
                f"{name}: not a file but a pipe, socket or device", help=f"pipe it in: rubricate ... - < {name}"
            )

    def file(self, name: str, path: Path) -> Input:
        """One file."""
        self._refuse_second(name, path)
        source = self._source or self._by_name(name) or self._by_content(name, path)
        try:
            size, digest = path.stat().st_size, self._digests.digest(path)
        except OSError as error:
            raise UsageError(f"{name}: cannot be read: {error.strerror}") from None
        return self._input(name, path, source, size, digest)

    def _folder(self, name: str, path: Path) -> Iterator[Input]:
        entries = list_folder(path)
        if not entries:
            raise UsageError(f"{name}: the folder is empty", help="name a folder with dumps or texts in it")
        source = self._source
        dumps = [entry for entry in entries if self._is_dump(entry.name)]
        if source is None and dumps and len(dumps) < len(entries):
            other = next(entry.name for entry in entries if entry not in dumps)
            raise UsageError(
                f'{name}: holds dumps such as "{dumps[0].name}" beside other files such as "{other}"',
                help=f"say what to read with --from folder or --from {_name_or(self._by_name(dumps[0].name))}",
            )
        if source is None and not dumps:
            source = self._folder_source(name)
        if source is not None and "/" in source.suffixes:
            self._refuse_second(name, path)
            size = sum(entry.size or 0 for entry in entries)
            yield self._input(name, path, source, size, digest_folder(entries, self._digests))
            return
        if not dumps:
            raise UsageError(
                f"{name}: no file in it ends as one of the format {_name_or(source)}", help="name the files"
            )
        for entry in dumps:
            below = f"{name.rstrip('/')}/{entry.name}"
            if entry.size is None:
                raise UsageError(
                    f"{below}: a symbolic link, pipe, socket or device in a folder is not read",
                    help="name what it stands for, or take it out of the folder",
                )
            yield self.file(below, entry.path)

    def _input(self, name: str, path: Path, source: Source, size: int, digest: str) -> Input:
        options = fit_options(f"the source {source.name}", source.options, self._options)
        source.open(path, options)  # so that a file which is no such dump is refused before the run begins
        origin = self._registry.origins.get(("sources", source.name))
        code = None if origin is None or origin.code is None else (origin.name, origin.code)
        return Input(name=name, path=path, source=source, size=size, sha256=digest, options=options, code=code)

    def _refuse_second(self, name: str, path: Path) -> None:
        status = path.stat()
        place = (status.st_dev, status.st_ino)
        if place in self._seen:
            first = self._seen[place]
            again = "is named twice" if first == name else f'is the same file as "{first}"'
            raise UsageError(f"{name}: {again}", help="name it once")
        self._seen[place] = name

    def _is_dump(self, name: str) -> bool:
        if self._source is None:
            return self._by_name(name) is not None
        return _fit(self._source, name) > 0

    def _by_name(self, name: str) -> Source | None:
        """The source with the longest ending that fits."""
        fitting = [source for source in self._registry.sources.values() if _fit(source, name)]
        return max(fitting, key=lambda source: (_fit(source, name), source.name), default=None)

    def _by_content(self, name: str, path: Path) -> Source:
        with open_stream(path) as stream:
            head = stream.read(4096)
        source = self._registry.sources.get("jsonl")
        if source is not None and (_JSON.match(head) or not head.strip()):
            return source
        if name.lower().endswith(_TEXTS):
            raise UsageError(
                f"{name}: a text and no dump of records",
                help=f"a record a line: jq -Rc '{{text: .}}' {Path(name).name} > {Path(name).stem}.jsonl; "
                "a record a file: name the folder that it is in",
            )
        known = ", ".join(sorted(name for name, source in self._registry.sources.items() if "/" not in source.suffixes))
        raise UsageError(f"{name}: the name does not tell the format", help=f"say it with --from, one of {known}")

    def _folder_source(self, name: str) -> Source:
        for _, source in sorted(self._registry.sources.items()):
            if "/" in source.suffixes:
                return source
        raise UsageError(f"{name}: a folder where a file is needed", help="name the files in it")


def _fit(source: Source, name: str) -> int:
    return max(
        (len(ending) for ending in source.suffixes if ending != "/" and name.lower().endswith(ending)), default=0
    )


def _name_or(source: Source | None) -> str:
    return "NAME" if source is None else source.name


def _find_source(registry: Registry, name: str) -> Source:
    source = registry.sources.get(name)
    if source is None:
        broken = registry.find_problem("sources", name)
        if broken is not None:
            raise UsageError(broken.message, help=broken.help)
        near = difflib.get_close_matches(name, registry.sources, n=1)
        known = f'did you mean "{near[0]}"?' if near else f"the formats are {', '.join(sorted(registry.sources))}"
        raise UsageError(f'no plugin reads the format "{name}"', help=known)
    return source


def _mode(path: str, name: str) -> int:
    try:
        return os.stat(path).st_mode  # noqa: PTH116 - an empty argument is no path, and is missing here as any other
    except FileNotFoundError:
        if os.path.islink(path):  # noqa: PTH114 - as above
            raise UsageError(f"{name}: a symbolic link that leads nowhere") from None
        raise UsageError(f'"{name}": no such file or folder', help=_suggest(Path(path))) from None
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from None


def _suggest(path: Path) -> str | None:
    """The nearest name that exists."""
    try:
        names = [show_path(name) for name in os.listdir(path.parent)]  # noqa: PTH208 - names as text
    except OSError:
        return f'there is no folder "{show_path(str(path.parent))}" either'
    near = difflib.get_close_matches(path.name, names, n=1)
    return f'did you mean "{path.parent / near[0]}"?' if near else None


def _spool(folder: Path, stdin: BinaryIO) -> Path:
    """Standard input as a file that is named for what it holds."""
    folder.mkdir(parents=True, exist_ok=True)
    temp = temp_path(folder)
    digest = hashlib.sha256()
    try:
        with temp.open("xb") as file:
            while block := stdin.read(_BLOCK):
                digest.update(block)
                file.write(block)
        path = folder / f"stdin-{digest.hexdigest()[:16]}"
        # What a run at work reads stays in place when the same bytes come again
        return path if path.exists() and path.stat().st_size == temp.stat().st_size else temp.rename(path)
    finally:
        temp.unlink(missing_ok=True)
