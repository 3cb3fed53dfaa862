"""Whatever is edited between two loads, the cache changes nothing but the time they take."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate.loading import Loaded, load_ruleset
from rubricate.loading.caching import load_cached
from rubricate.plugins.discovering import build_registry

REGISTRY = build_registry()
TEXTS = {
    "ruleset.yaml": (
        (
            'ruleset: r\nversion: "1"\nlabels: [a]\ndictionaries: {t: {file: t.txt}}\nmatchers: {m: {use: dictionary, of: t}}\n'
            "rules:\n  - {id: x, label: a, when: m, confidence: 0.9}\n"
        ),
        'ruleset: r\nversion: "2"\nlabels: [a, b]\nrules:\n  - {id: x, label: b, when: \'"y" or /z/\', confidence: 0.9}\n',
        'ruleset: r\nversion: "2"\nlabels: [a]\ninclude: [more.yaml]\n',
        "ruleset: [\n",
        "\ufeff# nothing\n",
    ),
    "t.txt": ("hot\ncold\n", "hot\nHOT\n", "", "# only\n", "straße\n"),
    "more.yaml": (
        "rules:\n  - {id: y, label: a, when: '\"q\"', confidence: 0.9}\n",
        "rules:\n  - {id: y, label: nowhere, when: '\"q\"', confidence: 0.9}\n",
        "matchers: {n: {use: regex, pattern: '/x+/'}}\n",
    ),
}


def told(loaded: Loaded) -> object:
    rows = {} if loaded.ruleset is None else {name: list(table.rows) for name, table in loaded.ruleset.tables.items()}
    return repr(loaded.ruleset), loaded.problems, dict(loaded.sources), rows


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str | None]:
    name = draw(st.sampled_from(sorted(TEXTS)))
    return name, draw(st.sampled_from(TEXTS[name]) | (st.none() if name != "ruleset.yaml" else st.nothing()))


@settings(max_examples=20, deadline=None)
@given(st.lists(edits(), min_size=1, max_size=8))
def test_no_edit_between_loads_is_overlooked(made: list[tuple[str, str | None]]) -> None:
    with tempfile.TemporaryDirectory() as place, patch.dict(os.environ, {"RUBRICATE_CACHE": f"{place}/cache"}):
        folder = Path(place) / "rules"
        folder.mkdir()
        for name, texts in TEXTS.items():
            (folder / name).write_text(texts[0])
        for name, text in made:
            for _ in range(2):
                assert told(load_cached(folder, REGISTRY)) == told(load_ruleset(folder, REGISTRY))
            if text is None:
                (folder / name).unlink(missing_ok=True)
            else:
                (folder / name).write_text(text)
        assert told(load_cached(folder, REGISTRY)) == told(load_ruleset(folder, REGISTRY))
