"""The report of a run: one page that needs nothing but itself, and holds no text that was not escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from rubricate.model.ruleset import Ruleset
from rubricate.reporting.annotated import KEY
from rubricate.reporting.figures import number, plural, seconds, share
from rubricate.reporting.markup import Child, Markup, element
from rubricate.reporting.samples import Records, draw_samples
from rubricate.reporting.sections import flow, guideline, labels, left_out, provenance, review, rules, samples, stages
from rubricate.reporting.sections.parts import Section
from rubricate.reporting.shots import NO_COPIES, Copies
from rubricate.reporting.trace import Law
from rubricate.reporting.untyped import integer, mapping, real
from rubricate.reporting.view import View, label_names, make_view
from rubricate.reporting.viewing import Viewer, as_written
from rubricate.running.showing import KeptRows

__all__ = ["build_report", "write_report"]

BUILDERS = (
    flow.build,
    stages.build,
    labels.build,
    rules.build,
    review.build,
    left_out.build,
    samples.build,
    guideline.build,
    provenance.build,
)

SAMPLED_LABELS = 120
"""Labels that samples are kept of, the most frequent ones: the bound of the page's size."""


def write_report(
    manifest: Mapping[str, object],
    records: Records,
    ruleset: Ruleset | None,
    out: Path,
    seconds: Mapping[str, float],
    *,
    viewer: Viewer = as_written,
    kept: Sequence[KeptRows] = (),
    copies: Copies = NO_COPIES,
) -> Path:
    """Writes the report of a run to `out` (a file, or a folder to hold report.html) and returns its path.

    Reads each folder of the run once, as a stream, and of `kept` only what is shown. `seconds` has times by stage;
    other names are shown beside. `viewer` gives the texts that are shown of a record.
    Without the ruleset the page lacks titles, thresholds of labels never met, rules that never voted, and sections.
    """
    path = out / "report.html" if out.is_dir() else out
    page = build_report(manifest, records, ruleset, seconds, viewer=viewer, kept=kept, copies=copies)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(page, encoding="utf-8", newline="\n")
    temporary.replace(path)
    return path


def build_report(
    manifest: Mapping[str, object],
    records: Records,
    ruleset: Ruleset | None,
    seconds: Mapping[str, float],
    *,
    viewer: Viewer = as_written,
    kept: Sequence[KeptRows] = (),
    copies: Copies = NO_COPIES,
) -> str:
    """The page as text."""
    key = mapping(mapping(manifest.get("body")).get("options")).get("output_key")
    drawn = draw_samples(
        records,
        labels=_sampled(manifest, ruleset),
        key=key if isinstance(key, str) else KEY,
        fields=() if ruleset is None else [ruleset.record.place(name) for name in ruleset.record.text or ()],
        viewer=viewer,
        kept=kept,
        copies=copies,
    )
    view = make_view(manifest, drawn, ruleset, seconds)
    built = [build(view) for build in BUILDERS]
    sections = [section for section in built if section is not None]
    return "<!DOCTYPE html>\n" + _page(view, sections) + "\n"


def _sampled(manifest: Mapping[str, object], ruleset: Ruleset | None) -> list[str]:
    counts = mapping(mapping(mapping(manifest.get("body")).get("counts")).get("labels"))
    names = label_names(manifest, ruleset)
    ranked = sorted(names, key=lambda name: -integer(mapping(counts.get(name)).get("accepted")))
    return ranked[:SAMPLED_LABELS]


def _page(view: View, sections: Sequence[Section]) -> Markup:
    style, script = (_shipped(name) for name in ("style.css", "report.js"))
    allowed = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    images = " img-src data:;" if any('href="data:' in section.body for section in sections) else ""
    policy = f"default-src 'none'; {allowed};{images} base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{_name(view)} - run report"),
        element("style", style),
    )
    body = element(
        "body",
        element("a", "Skip to the report", href="#report", class_="skip"),
        _header(view),
        element("div", _contents(sections), element("main", map(_section, sections), id="report"), class_="columns"),
        element("footer", "Made by Rubricate. This page loads nothing and sends nothing."),
        element("script", script),
    )
    return element("html", head, body, lang="en")


def _shipped(name: str) -> Markup:
    return Markup(files("rubricate.reporting").joinpath(name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _name(view: View) -> str:
    return str(mapping(view.body.get("ruleset")).get("name", "run"))


def _header(view: View) -> Markup:
    ruleset, guide = mapping(view.body.get("ruleset")), mapping(view.body.get("guideline"))
    created = str(view.annex.get("created", ""))
    facts: list[tuple[str, Child]] = [
        ("Version", str(ruleset.get("version", ""))),
        ("Guideline", f"{guide.get('id', '')} {guide.get('version', '')}" if guide else "none"),
        ("Run", element("time", _readable(created), datetime=created) if created else "-"),
        ("Time", _pace(view)),
    ]
    title = view.ruleset.title if view.ruleset is not None else None
    return element(
        "header",
        element("p", "Run report", class_="eyebrow"),
        element("h1", _name(view)),
        element("p", title, class_="subtitle") if title else None,
        element("dl", [element("div", element("dt", n), element("dd", v)) for n, v in facts if v], class_="run-facts"),
        _partial(view),
        element("p", _summary(view.law), class_="summary"),
        element("div", [_figure(*figure) for figure in _figures(view.law)], class_="figures"),
        class_="top",
    )


def _readable(created: str) -> str:
    """Date and minute of an ISO time."""
    return created[:16].replace("T", " ") + (" UTC" if created.endswith(("+00:00", "Z")) else "")


def _pace(view: View) -> str:
    spent = real(view.annex.get("seconds"))
    if not spent:
        return ""
    return f"{seconds(spent)}, {number(view.law.read / spent)} records/s"


def _partial(view: View) -> Markup | None:
    partial = mapping(view.body.get("partial"))
    if not partial:
        return None
    if "sample" in partial:
        words = f"a sample of {plural(integer(partial['sample']), 'record')}, seed {partial.get('seed', 0)}"
    else:
        words = f"the first {plural(integer(partial.get('limit')), 'record')}"
    return element("p", element("b", "Partial run"), f": {words} only.", class_="partial")


def _summary(law: Law) -> str:
    """The run in one sentence."""
    decided = law.routes["accepted"] + law.routes["settled"]
    words = [f"{number(decided)} of {plural(law.total, 'record')} ({share(decided, law.total)}) are decided"]
    if law.routes["settled"]:
        words[0] += f", {number(law.routes['settled'])} of them by people"
    words += [f"{number(law.routes['review'])} wait for people"] if law.routes["review"] else []
    words += [f"{number(law.routes['undecided'])} stay undecided"] if law.routes["undecided"] else []
    aside = law.routes["dropped"] + law.routes["quarantined"]
    words += [f"{number(aside)} were left out, each with its reason"] if aside else []
    return "; ".join(words) + "."


def _figures(law: Law) -> list[tuple[str, int, str, str]]:
    routes = law.routes
    found = [
        ("Read", law.read, f"and {number(law.made)} made by splitting" if law.made else "records", "read"),
        ("Accepted", routes["accepted"], share(routes["accepted"], law.total), "accepted"),
        ("In review", routes["review"], share(routes["review"], law.total), "review"),
    ]
    if routes["settled"]:
        found.append(("Settled by people", routes["settled"], share(routes["settled"], law.total), "settled"))
    if routes["undecided"]:
        found.append(("Undecided", routes["undecided"], share(routes["undecided"], law.total), "undecided"))
    aside = routes["dropped"] + routes["quarantined"]
    found.append(("Left out", aside, share(aside, law.total), "dropped"))
    return found


def _figure(name: str, count: int, below: str, kind: str) -> Markup:
    return element(
        "div",
        element("span", name, class_="figure-name"),
        element("span", number(count), class_="figure-count"),
        element("span", below, class_="pct"),
        class_=f"figure k-{kind}",
    )


def _contents(sections: Sequence[Section]) -> Markup:
    links = [
        element("li", element("a", section.title, element("span", section.count, class_="pct"), href=f"#{section.id}"))
        for section in sections
    ]
    return element("nav", element("ol", links), aria_label="Contents")


def _section(section: Section) -> Markup:
    head = element("h2", section.title, id=f"{section.id}-title")
    return element("section", head, section.body, id=section.id, aria_labelledby=f"{section.id}-title")
