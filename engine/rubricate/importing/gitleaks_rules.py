"""One rule of a gitleaks.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rubricate.importing.gitleaks_allowing import Allowed, read_allowlist, translated
from rubricate.importing.go_regex import translate
from rubricate.importing.imported import Remark
from rubricate.importing.patterns import compile_quietly, one_line, why_not
from rubricate.importing.reading import Fields, nested
from rubricate.importing.writing import is_writable

__all__ = ["Secret", "read_secret"]

LEADING = re.compile(r"\(\?([ims]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A rule that can be used."""

    id: str
    description: str | None
    pattern: str
    flags: str
    groups: tuple[int, ...]
    """The groups of which the first that is not empty is the secret; none: all that was matched is."""
    keywords: tuple[str, ...]
    entropy: float | None
    """What the entropy of the secret must exceed."""
    path: str | None
    """A pattern that the path must have."""
    allowed: tuple[Allowed, ...]


def read_secret(entry: Fields, remarks: list[Remark]) -> Secret | None:
    """The rule of an entry, or None after a remark why it cannot be used."""
    said: list[Remark] = []
    id = entry.id if is_writable(entry.id) else "?"
    try:
        secret = _secret(entry, said)
    except ValueError as error:
        remarks.append(Remark(id, "left out", str(error)))
        return None
    remarks += said
    remarks += [Remark(id, "changed", f"{wrong}; it was left out") for wrong in entry.wrong]
    remarks += [Remark(id, "changed", f'the key "{key}" is not known') for key in entry.others()]
    return secret


def _secret(entry: Fields, said: list[Remark]) -> Secret:
    """The rule of an entry; raises ValueError with why it cannot be used."""
    texts = {key: entry.text(key) for key in ("id", "description", "regex", "path")}
    _refuse_unwritable({**texts, "id": entry.id})
    keywords, entropy, path = entry.texts("keywords"), entry.number("entropy"), texts["path"]
    if not all(map(is_writable, keywords)):
        raise ValueError("its keywords hold a character that a file cannot hold")
    entry.texts("tags")
    if texts["regex"] is None:
        told = "it names files by their path and looks for nothing in them" if path else "it has no regex"
        raise ValueError(told)
    if entry.wrong:
        raise ValueError(entry.wrong[0])
    written, flags = one_line(translate(texts["regex"])), "a"
    leading = LEADING.match(written)
    if leading is not None:
        written, flags = written[leading.end() :], leading[1] + flags
    reason = why_not(written, flags)
    if reason is not None:
        raise ValueError(reason)
    return Secret(
        id=entry.id,
        description=texts["description"],
        pattern=written,
        flags=flags,
        groups=_groups(entry, compile_quietly(written, flags).groups),
        keywords=tuple(dict.fromkeys(word.lower() for word in keywords)),
        entropy=entropy if entropy is not None and entropy > 0 else None,
        path=None if path is None else translated(path),
        allowed=tuple(
            allowed
            for key in ("allowlist", "allowlists")
            for each in nested(entry, key)
            for allowed in read_allowlist(each, entry.id, said)
        ),
    )


def _refuse_unwritable(texts: Mapping[str, str | None]) -> None:
    for key, text in texts.items():
        if text is not None and not is_writable(text):
            raise ValueError(f'its "{key}" holds a character that a file cannot hold')


def _groups(entry: Fields, count: int) -> tuple[int, ...]:
    """The groups that may be the secret: the one that the rule names, or all in turn."""
    wanted = entry.number("secretGroup") or 0
    if wanted != int(wanted) or not 0 <= wanted <= count:
        raise ValueError(f'its "secretGroup" {wanted:g} is no group of its regex')
    return (int(wanted),) if wanted else tuple(range(1, count + 1))
