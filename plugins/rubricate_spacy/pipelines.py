"""What a pipeline says of itself in its meta.json and config.cfg: its components, and which of them a matcher needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from configparser import ConfigParser, Error
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rubricate.api import OptionError

__all__ = ["SETS", "Component", "Pipeline", "read_pipeline"]

_TAGS: Final = frozenset({"TAG", "POS", "MORPH", "LEMMA"})
SETS: Final[Mapping[str, frozenset[str]]] = {
    "attribute_ruler": _TAGS,
    "beam_ner": frozenset({"ENT"}),
    "beam_parser": frozenset({"DEP", "SENT_START"}),
    "entity_linker": frozenset({"ENT_KB_ID"}),
    "lemmatizer": frozenset({"LEMMA"}),
    "morphologizer": frozenset({"POS", "MORPH"}),
    "ner": frozenset({"ENT"}),
    "parser": frozenset({"DEP", "SENT_START"}),
    "senter": frozenset({"SENT_START"}),
    "sentencizer": frozenset({"SENT_START"}),
    "spancat": frozenset(),
    "spancat_singlelabel": frozenset(),
    "tagger": frozenset({"TAG"}),
    "textcat": frozenset({"CATS"}),
    "textcat_multilabel": frozenset({"CATS"}),
    "trainable_lemmatizer": frozenset({"LEMMA"}),
}
"""Factory -> what its components set."""
_READS: Final[Mapping[str, frozenset[str]]] = {
    "beam_parser": frozenset({"SENT_START"}),
    "entity_linker": frozenset({"ENT", "SENT_START"}),
    "lemmatizer": frozenset({"TAG", "POS", "MORPH"}),
    "parser": frozenset({"SENT_START"}),
}
"""Factory -> what its components look at, if an earlier one set it."""
_VECTORS: Final = frozenset({"tok2vec", "transformer", "curated_transformer"})
_TRAINED: Final = frozenset(SETS) - {"attribute_ruler", "entity_linker", "lemmatizer", "sentencizer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One step of a pipeline."""

    name: str
    factory: str
    """What makes it, such as `ner`."""
    is_active: bool
    """Whether it runs when its makers have their way."""
    labels: tuple[str, ...] | None
    """What it can give, if the pipeline says so."""
    listens: tuple[str, ...]
    """The components whose vectors it reads; `*`: all before it."""

    @property
    def gives(self) -> frozenset[str]:
        """What it sets, as far as is known."""
        return SETS.get(self.factory, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A pipeline as its files describe it."""

    folder: Path
    spacy_version: str
    """The versions of spaCy that it was made for, such as `>=3.7.2,<3.8.0`."""
    components: tuple[Component, ...]
    """In the order in which they run."""

    @property
    def is_plain(self) -> bool:
        """Whether it is known what each active component reads and sets; another pipeline always runs as it is."""
        return all(each.factory in SETS or each.factory in _VECTORS for each in self.components if each.is_active)

    def setters(self, what: str) -> tuple[Component, ...]:
        """The components that set something: active ones, or those that could."""
        able = [each for each in self.components if what in each.gives]
        return tuple(each for each in able if each.is_active) or tuple(able)

    def lacks(self, wanted: Iterable[str]) -> list[str]:
        """What no component sets."""
        if not self.is_plain:
            return []
        real = {"LEMMA": ("lemmatizer", "trainable_lemmatizer")}
        return [
            each for each in sorted(wanted)
            if not any(one.factory in real.get(each, (one.factory,)) for one in self.setters(each))
        ]  # fmt: skip

    def needed(self, wanted: Iterable[str], *, ruler_reads: frozenset[str] = _TAGS) -> tuple[str, ...]:
        """The components that must run for what is wanted, in the order in which they do; no others change it.

        Entities and categories come right behind the vectors: a recogniser would otherwise see the borders of
        sentences that a parser set before it, and find other entities where something else needs the parser.
        """
        if not self.is_plain:
            return tuple(each.name for each in self.components if each.is_active)
        chosen: set[str] = set()
        waiting = [each for what in wanted for each in self.setters(what)]
        while waiting:
            each = waiting.pop()
            if each.name in chosen:
                continue
            chosen.add(each.name)
            reads = ruler_reads if each.factory == "attribute_ruler" else _READS.get(each.factory, frozenset())
            earlier = self.components[: self.components.index(each)]
            waiting += [one for one in earlier if self._feeds(one, each, reads)]
        return tuple(each.name for each in sorted(self.components, key=_turn) if each.name in chosen)

    @staticmethod
    def _feeds(one: Component, each: Component, reads: frozenset[str]) -> bool:
        if one.factory in _VECTORS:
            return one.name in each.listens or "*" in each.listens
        return one.is_active and not reads.isdisjoint(one.gives)


def read_pipeline(folder: Path) -> Pipeline:
    """A pipeline from its files; raises OptionError for one that is not whole."""
    config = ConfigParser(interpolation=None, delimiters=("=",), strict=False)
    config.optionxform = str  # type: ignore[assignment, method-assign]  # keys keep their case
    try:
        config.read_string((folder / "config.cfg").read_text(encoding="utf-8"))
        meta = json.loads((folder / "meta.json").read_bytes())
        order = json.loads(config.get("nlp", "pipeline"))
        resting = json.loads(config.get("nlp", "disabled", fallback="[]"))
        components = tuple(_component(config, meta, name, is_active=name not in resting) for name in order)
        version = str(meta.get("spacy_version", ""))
    except (OSError, ValueError, TypeError, AttributeError, Error) as error:
        first = str(error).partition("\n")[0]
        raise OptionError("model", f"the pipeline in {folder} cannot be read: {first}",
                          help="install it anew") from error  # fmt: skip
    for each in components:
        if each.factory in _TRAINED and not (folder / each.name / "model").is_file():
            raise OptionError("model", f"the pipeline in {folder} is not whole: {each.name}/model is missing",
                              help="install it anew")  # fmt: skip
    return Pipeline(folder=folder, spacy_version=version, components=components)


def _component(config: ConfigParser, meta: Mapping[str, object], name: str, *, is_active: bool) -> Component:
    factory = json.loads(config.get(f"components.{name}", "factory"))
    every = meta.get("labels")
    labels = every.get(name) if isinstance(every, dict) else None
    listens = {
        _upstream(config.get(section, "upstream", fallback="*"))
        for section in config.sections()
        if section.startswith(f"components.{name}.")
        and "Listener" in config.get(section, "@architectures", fallback="")
    }
    return Component(
        name=name,
        factory=factory,
        is_active=is_active,
        labels=tuple(map(str, labels)) if isinstance(labels, list) else None,
        listens=tuple(sorted(listens)),
    )


def _upstream(written: str) -> str:
    """The component that a listener names, or `*`; a reference to another part of the file may mean any."""
    name = written.strip('"')
    return "*" if "$" in name else name


def _turn(each: Component) -> int:
    if each.factory in _VECTORS:
        return 0
    return 2 if each.gives.isdisjoint(("ENT", "CATS")) else 1
