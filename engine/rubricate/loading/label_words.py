"""What is said of the labels that a matcher's classes are mapped to, for kinds that tell it to a model."""

from __future__ import annotations

from dataclasses import dataclass

from rubricate.loading.building_labels import Labels
from rubricate.loading.reading import mapping, text, texts
from rubricate.loading.yaml_tree import Mapping
from rubricate.model.ruleset import Guideline, LabelWords

__all__ = ["LabelTeller"]


@dataclass(frozen=True, slots=True)
class LabelTeller:
    """Gathers the words on labels. What is wrong with names and citations is told where rules are made of them."""

    labels: Labels
    guideline: Guideline | None

    def words(self, entry: Mapping) -> dict[str, LabelWords]:
        """Class -> the words on its label, for all classes that a declared matcher maps."""
        classes = mapping(entry.get("labels"))
        found: dict[str, LabelWords] = {}
        for key, value in [] if classes is None else classes.own():
            more = mapping(value)
            name = text(value) if more is None else text(more.get("label"))
            if name is not None:
                cites = () if more is None else tuple(each.text for each in texts(more.get("cites")))
                found[key.text] = self._of(name, cites)
        return found

    def _of(self, name: str, cites: tuple[str, ...]) -> LabelWords:
        label = self.labels.labels.get(name)
        if label is None:  # which is told where it is used
            return LabelWords(name=name, kind="document")
        sections = {} if self.guideline is None else self.guideline.sections
        of_set = self.labels.sets[label.set].cites if label.set in self.labels.sets else ()
        named = dict.fromkeys((*label.cites, *of_set, *cites))
        return LabelWords(
            name=name,
            kind=label.kind,
            set=label.set,
            description=label.description,
            sections=tuple(sections[cite] for cite in named if cite in sections),
        )
