"""Two states of a ruleset, and short ways to ask what is different between them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rubricate.annotator import Annotator, load
from rubricate.versioning.changes import Side, find_changes
from rubricate.versioning.other_changes import Change
from rubricate.versioning.pins import Pins, pin

__all__ = ["FILES", "RULESET", "differences", "pins_of", "side_of", "write_ruleset"]

RULESET = r"""ruleset: burns
version: "1.0.0"
guideline: {id: guide, version: "1.0.0", file: guideline.md}
record:
  text: [title, text]
  meta: {source: {type: text}, price: {type: number, missing: [0]}}
labels:
  burn: {kind: span, cites: [s1]}
  tone: {one_of: [calm, angry]}
  urgent: {kind: document}
dictionaries:
  heat: {file: heat.tsv, version: "1.0.0", types: {weight: number}}
  negation: {file: negation.txt}
matchers:
  hot: {use: dictionary, of: heat}
  cue: {use: dictionary, of: negation}
  degree: {use: regex, pattern: '/\b\d+ ?degrees\b|\bboiling\b/i'}
contexts:
  negated: {cue: cue, direction: before, window: 6 words, stop: clause}
let:
  body: 'any of ("hand", "arm", "lid")'
  hot_body: 'hot near body within 8 words'
rules:
  - id: burnt
    title: Heat close to the body
    label: burn
    cites: [s1]
    when: 'hot_body is not negated'
    confidence: 0.9
    hit: ["he [[burn:scalded]] his hand"]
  - group: shop
    only: 'doc.source == "shop"'
    label: urgent
    rules:
      - {id: priced, when: 'doc.price > 10 and degree', confidence: '0.9 if degree in title else 0.8'}
      - {id: sale, when: 'count("buy now" or "sale") >= 2', confidence: 0.9}
  - {id: furious, label: angry, when: '"outrageous" or "never again" or degree', confidence: 0.95}
  - {id: weighed, label: urgent, when: 'sum(hot.weight) >= 3', confidence: 0.9}
otherwise: {label: calm, confidence: 0.6}
"""

FILES = {
    "heat.tsv": "term\tweight\nscalded\t2\nburnt\t3\nhot\t1\n",
    "negation.txt": "not\nnever\nno\n",
    "guideline.md": "# Burns\n## Burn {#s1}\nA person was hurt by heat.\n## Tone {#s2}\nHow it is said.\n",
}


def write_ruleset(folder: Path, text: str = RULESET, files: Mapping[str, str] = FILES) -> Path:
    """The path of a ruleset in a folder of its own, with its files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
    return folder / "ruleset.yaml"


def pins_of(folder: Path, text: str = RULESET, files: Mapping[str, str] = FILES) -> Pins:
    """The digests of a ruleset that is written into a folder."""
    rules = load(write_ruleset(folder, text, files))
    return pin(rules.plan, rules.registry)


def side_of(rules: Annotator) -> Side:
    """A loaded ruleset, ready to be compared."""
    return Side.of(rules.plan, rules.registry)


def differences(
    folder: Path, text: str, files: Mapping[str, str] = FILES, *, before: str = RULESET, old: Mapping[str, str] = FILES
) -> list[Change]:
    """What is different between the ruleset above, or `before`, and another text of it."""
    one, other = load(write_ruleset(folder / "a", before, old)), load(write_ruleset(folder / "b", text, files))
    return find_changes(side_of(one), side_of(other))
