"""The contract of a plugin: every law for everything that it gives, as a function and as a pytest class."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, ClassVar

from rubricate.errors import MissingExtraError, RulesetError
from rubricate.plugins.discovering import build_registry
from rubricate.registry import KINDS, Registry
from rubricate.testing import (
    combiners,
    exports,
    functions,
    imports,
    matchers,
    pictures,
    readings,
    sources,
    transforms,
)
from rubricate.testing.bench import Bench, Laws
from rubricate.testing.composing import explains_its_hits, stands_in_conditions
from rubricate.testing.describing import says_what_it_is, says_what_its_options_are
from rubricate.testing.faults import Complaint, Fault, ForeignError
from rubricate.testing.requiring import requires_only_what_it_needs
from rubricate.testing.samples import (
    CheckSample,
    CombinerSample,
    ExportSample,
    MatcherSample,
    NormaliserSample,
    PictureSample,
    ReadingSample,
    Sample,
    SourceSample,
    TransformSample,
)

try:
    import pytest
except ImportError:
    raise MissingExtraError("rubricate.testing", "testing") from None

__all__ = ["LAWS", "PluginContract", "Trial", "check_plugin", "trials_of"]

LAWS: Mapping[type[Any], Laws[Any, Any]] = MappingProxyType(
    {
        MatcherSample: {
            **matchers.LAWS,
            "required literals": requires_only_what_it_needs,
            "conditions": stands_in_conditions,
            "why": explains_its_hits,
        },
        PictureSample: pictures.LAWS,
        TransformSample: transforms.LAWS,
        ReadingSample: readings.LAWS,
        CombinerSample: combiners.LAWS,
        SourceSample: sources.LAWS,
        ExportSample: exports.LAWS,
        CheckSample: functions.CHECK_LAWS,
        NormaliserSample: functions.NORMALISER_LAWS,
    }
)
"""Kind of sample -> the laws that it shows, by name; "descriptor", "options" and those of the package come on top."""
SAMPLES: Mapping[str, tuple[type[Any], ...]] = MappingProxyType(
    {
        "matchers": (MatcherSample, PictureSample),
        "transforms": (TransformSample, ReadingSample),
        "combiners": (CombinerSample,),
        "sources": (SourceSample,),
        "exports": (ExportSample,),
        "checks": (CheckSample,),
        "normalisers": (NormaliserSample,),
    }
)
"""Field of the registry -> kinds of samples; of matchers and transforms the second is for those that see pictures."""
OF_ALL: Laws[Any, Any] = {"descriptor": says_what_it_is, "options": says_what_its_options_are}
OF_PACKAGES = MappingProxyType({"light import": imports.loads_lightly, "one module": imports.knows_one_module})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One law, to be tried on one thing that a plugin gives."""

    group: str
    name: str
    law: str
    plugin: object
    samples: tuple[Sample, ...] = ()
    field: str | None = None
    """Of the registry; None for a law of the package."""

    def __str__(self) -> str:
        return f"{self.group} {self.name}: {self.law}"

    def run(self) -> list[Fault]:
        """What breaks the law, at most a few faults."""
        faults: list[Fault] = []
        for complaint in self._complaints():
            if complaint not in [Complaint(each.message, each.seen, each.help) for each in faults]:
                faults.append(
                    Fault(group=self.group, name=self.name, law=self.law, message=complaint.message,
                          seen=complaint.seen, help=complaint.help)
                )  # fmt: skip
        return faults

    def _complaints(self) -> Iterator[Complaint]:
        if self.field is None:
            yield from self._of_package()
            return
        registry = build_registry(extra=[self.plugin])
        given = getattr(registry, self.field).get(self.name)
        if given is None:
            yield Complaint("another installed plugin gives this name, too", help="choose another name")
            return
        wanted = _sample_type(self.field, given)
        law = {**OF_ALL, **LAWS[wanted]}[self.law]
        for sample in self.samples or (None,):
            if sample is None and self.law not in OF_ALL:
                help = f'add a {wanted.__name__} for "{self.name}" to the samples'
                yield Complaint("there is no sample of it, so nothing is known of what it does", help=help)
                return
            with tempfile.TemporaryDirectory() as folder:
                bench: Bench[Any, Any] = Bench(
                    plugin=self.plugin, registry=registry, given=given, sample=sample, folder=Path(folder)
                )
                try:
                    yield from law(bench)
                except ForeignError as error:
                    yield Complaint(error.told, seen=error.seen)
                except RulesetError as error:  # the law "samples" tells of it
                    if self.law == "samples":
                        yield Complaint(str(error))
                except Exception as error:  # noqa: BLE001  # what a plugin and its sample can be has no end
                    told = f"{type(error).__name__}: {error}"
                    help = f"its descriptor or its {wanted.__name__} has another form than they have"
                    yield Complaint(f"it cannot be tried: {told}", help=help)

    def _of_package(self) -> Iterator[Complaint]:
        if self.law == "gives":
            for problem in build_registry(extra=[self.plugin]).problems:
                if problem.plugin == self.name or problem.name is not None:
                    yield Complaint(problem.message, help=problem.help)
        elif isinstance(self.plugin, ModuleType):
            yield from OF_PACKAGES[self.law](self.plugin)


def trials_of(plugin: object, samples: Sequence[Sample] = ()) -> list[Trial]:
    """Every law for everything that a plugin (a module, or an object with hooks) gives."""
    name = str(getattr(plugin, "__name__", type(plugin).__name__)).removeprefix("rubricate_")
    found = [Trial(group="plugin", name=name, law="gives", plugin=plugin)]
    if isinstance(plugin, ModuleType):
        found += [Trial(group="plugin", name=name, law=law, plugin=plugin) for law in OF_PACKAGES]
    registry = build_registry(extra=[plugin])
    for field, names in _gives(registry, plugin).items():
        for each in names:
            wanted = _sample_type(field, getattr(registry, field).get(each))
            own = tuple(one for one in samples if isinstance(one, wanted) and one.name == each)
            laws = [*OF_ALL, *LAWS[wanted]] if own else [*OF_ALL, next(iter(LAWS[wanted]))]
            found += [
                Trial(group=KINDS[field], name=each, law=law, plugin=plugin, samples=own, field=field) for law in laws
            ]
    return found


def _sample_type(field: str, given: object) -> type[Any]:
    """The kind of sample that shows what a descriptor does."""
    sees_pictures = getattr(given, "images", False) or getattr(given, "read", None) is not None
    return SAMPLES[field][-1 if sees_pictures and len(SAMPLES[field]) > 1 else 0]


def _gives(registry: Registry, plugin: object) -> Mapping[str, tuple[str, ...]]:
    module = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    names = {str(getattr(plugin, "__name__", type(plugin).__name__)), module}
    for info in registry.plugins:
        if info.module in names and info.error is None:
            return info.gives
    return {}


def check_plugin(plugin: object, samples: Sequence[Sample] = ()) -> list[Fault]:
    """Every fault that the kit finds in a plugin, given as its module; none: it keeps the contract."""
    return [fault for trial in trials_of(plugin, samples) for fault in trial.run()]


class PluginContract:
    """The tests of a plugin: name it `plugin`, and its `samples`, in a subclass whose name begins with Test.

    There is a test for each law and each thing that the plugin gives, such as `test_law[matcher shouting: bounds]`.
    """

    plugin: ClassVar[object]
    """The plugin's module."""
    samples: ClassVar[Sequence[Sample]] = ()
    """At least one for each thing that the plugin gives."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """A test for each trial."""
        if "trial" in metafunc.fixturenames:
            metafunc.parametrize("trial", trials_of(type(self).plugin, type(self).samples), ids=str)

    def test_law(self, trial: Trial) -> None:
        """The law holds."""
        faults = trial.run()
        if faults:
            pytest.fail("\n".join(map(str, faults)), pytrace=False)
