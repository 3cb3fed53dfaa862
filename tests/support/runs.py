"""A run that never happened, but looks like one: comments below a music video, labelled by a few rules, with its manifest."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rubricate.model.location import Location
from rubricate.model.ruleset import (
    Decide,
    Expression,
    Guideline,
    Label,
    LabelSet,
    RecordSchema,
    Rule,
    Ruleset,
    Section,
)

__all__ = ["FakeRun", "fake_ruleset", "fake_run"]

HERE = Location("ruleset.yaml", 1, 1)
STAGES = ("lexical", "model")

# id, title, label, cites, pattern, confidence, stage
RULES = (
    ("check-out", "Tells readers to check something out", "spam", ("s2.1",), r"\bcheck (?:it |this |me |my )?out\b|\bcheck my\b", 0.98, 0),
    ("asks-to-subscribe", "Asks for subscribers", "spam", ("s2.1",), r"\bsub(?:scribe)?\b(?: to| me| back)?", 0.97, 0),
    ("own-thing", "Points at the writer's own channel or song", "spam", ("s2.2",), r"\bmy (?:new |own )?(?:channel|page|song|cover|video)\b", 0.95, 0),
    ("link-abroad", None, "spam", ("s2.3",), r"https?://\S+|\bwww\.\S+", 0.99, 0),
    ("polite-request", "Says please", "spam", (), r"\bpl(?:ease|z|s)\b", 0.72, 0),
    ("money", "Promises money", "spam", ("s2.4", "s2.3"), r"\$\d+|\bearn\b|\bfree\b", 0.9, 0),
    ("talks-about-the-song", "Talks about the song", "ham", ("s3.1",), r"\bsong\b|\blyrics\b|\bbeat\b|\bvoice\b", 0.93, 0),
    ("views", "Counts views", "ham", ("s3.1",), r"\b(?:billion|million)\b.*\bviews?\b|\bviews?\b", 0.96, 0),
    ("feeling", None, "ham", ("s3.2",), r"\blove\b|\bmemories\b|\bcried\b", 0.8, 0),
    ("classifier", "What the model says", "ham", ("s3",), r"\b(?:2014|2015|who)\b", 0.88, 1),
    ("shouts", "All in capitals", "spam", (), r"QQQQ", 0.6, 0),
    ("link", "A link", "link", ("s4",), r"https?://\S+|\bwww\.\S+", 0.99, 0),
    ("insult", "A word from the list of insults", "insult", ("s5",), r"\b(?:idiots?|trash)\b", 0.9, 0),
)  # fmt: skip

TEXTS = (
    "please SUBSCRIBE to my channel, i make covers of songs like this one",
    "Check out this video on YouTube: http://youtube.com/watch?v={n}",
    "I love this song so much, the beat is amazing ❤️",
    "Who is still watching in 2015?",
    "2 billion views!! and the views go on",
    "check my channel plz, {n} subscribers to go",
    "This song brings back memories of summer {n}",
    "EARN $400 a day from home, free signup at www.quick-cash-{n}.biz",
    "the lyrics make no sense but the voice is great",
    "Hey guys, check out my new song, it took me {n} weeks. Please leave feedback! http://soundcloud.com/artist{n}",
    "this is trash, only idiots like it",
    "first",
    "lol {n}",
    (
        "I cried when I heard this at the wedding. My sister asked for it, and the whole room went quiet; nobody had expected "
        "the band to know it, and when they did the chorus everyone joined in, even the kitchen. I have watched the video {n} "
        "times since then and I still see that room. Thank you for putting it online, and please never take it down. To anyone "
        "who reads this: call the people you love today, you never know how much time you have left with them."
    ),
    "Nice",
    "sub me back, I sub everyone within {n} minutes",
    "Ich liebe dieses Lied, {n} mal gehört",
    "Katy Perry > everyone. That voice!!",
    "can we get this to {n} million views before new year",
    "أحب هذه الأغنية كثيرا",
    "visit www.example-{n}.com for free ringtones, please",
)

TAILS = (
    "",
    "!",
    "!!",
    " lol",
    " :)",
    " 👍",
    " btw",
    " omg",
    "...",
    " \U0001f602",
    " hahaha",
    " xx",
    " peace",
    "?",
    "!?",
    " yes",
    " man",
    " bro",
)

SECTIONS = (
    ("s2", "Spam", "A comment is spam when it serves its writer and not the talk about the video."),
    ("s2.1", "Asking for attention", "Asking readers to subscribe, to check something out, to look somewhere else."),
    ("s2.2", "Own works", "Naming one's own channel, cover or song, even when it is done politely."),
    ("s2.3", "Links", "A link that leads away from this video. A link to a time in this very video is no spam."),
    ("s2.4", "Money", "Promises of money, gifts or followers."),
    ("s3", "Not spam", "Whatever is said about the video, its song, its singer, or to other readers of the comments."),
    ("s3.1", "About the video", "The song, its words, its sound, its number of views."),
    ("s3.2", "Feelings", "What the song does to the writer, or reminds them of."),
    ("s3.3", "Small talk", "Greetings, jokes and one-word comments."),
    ("s4", "Marking links", "Mark the whole link, from the scheme to the last character that belongs to it."),
    ("s5", "Insults", "Words that attack a person or a group of people."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeRun:
    """The manifest and the folders of a run."""

    manifest: dict[str, object]
    folders: Mapping[str, list[dict[str, object]]]
    ruleset: Ruleset
    seconds: dict[str, float] = field(default_factory=lambda: {"lexical": 0.41, "model": 6.12, "reading": 0.2})

    @property
    def records(self) -> Callable[[str], Iterator[dict[str, object]]]:
        """Gives the records of a folder."""
        return lambda folder: iter(self.folders.get(folder, []))

    @property
    def counts(self) -> dict[str, object]:
        """The merged tally."""
        body = self.manifest["body"]
        assert isinstance(body, dict)
        counts = body["counts"]
        assert isinstance(counts, dict)
        return counts


def fake_ruleset() -> Ruleset:
    """The ruleset that the run pretends to have used."""
    always = Expression(text="true", tree=None, location=HERE)
    return Ruleset(
        name="youtube-spam",
        version="2.1.0",
        title="Comment spam below music videos",
        file=Path("ruleset.yaml"),
        guideline=Guideline(
            id="comment-guide",
            version="1.3.0",
            file="guideline.md",
            sections={id: Section(id=id, title=title, text=text, location=HERE) for id, title, text in SECTIONS},
            location=HERE,
        ),
        record=RecordSchema(text=("text",)),
        labels={
            "spam": Label(name="spam", kind="document", set="spam, ham", cites=("s2",), location=HERE),
            "ham": Label(name="ham", kind="document", set="spam, ham", cites=("s3",), location=HERE),
            "link": Label(name="link", kind="span", cites=("s4",), location=HERE),
            "insult": Label(
                name="insult", kind="document", cites=("s5",), description="attacks a person", location=HERE
            ),
        },
        sets={"spam, ham": LabelSet(name="spam, ham", members=("spam", "ham"), location=HERE)},
        accept=0.85,
        decide={"insult": Decide(accept=0.92, low=0.3)},
        rules=tuple(
            Rule(id=id, title=title, label=label, cites=cites, when=always, confidence=always, location=HERE)
            for id, title, label, cites, _, _, _ in RULES
        ),
    )


def fake_run(*, size: int = 1706, texts: tuple[str, ...] = TEXTS, seed: int = 7) -> FakeRun:
    """A run over `size` comments made from `texts`; the same for the same arguments."""
    maker = _Maker(random.Random(seed))
    for ordinal in range(size):
        maker.add(f"c{ordinal + 1}", texts[maker.random.randrange(len(texts))])
    for ordinal in range(min(3, size)):
        maker.add_unreadable(ordinal)
    ruleset = fake_ruleset()
    return FakeRun(manifest=maker.manifest(), folders=maker.folders, ruleset=ruleset)


class _Maker:
    """Labels one comment after the other, and counts."""

    def __init__(self, chance: random.Random) -> None:
        self.random = chance
        self.folders: dict[str, list[dict[str, object]]] = {
            name: [] for name in ("records", "review", "quarantine", "dropped")
        }
        self.seen: dict[str, str] = {}
        self.routes: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.nothing = 0
        self.labels = {name: Counter[str]() for name in ("spam", "ham", "link", "insult")}
        self.histograms = {name: [0] * 20 for name in self.labels}
        self.decided: dict[str, dict[str, list[int]]] = {name: {} for name in self.labels}
        self.rules = {rule[0]: Counter[str]() for rule in RULES}
        self.sums: Counter[str] = Counter()

    def add(self, id: str, template: str) -> None:
        text = template.replace("{n}", str(self.random.randrange(2, 40_000)))
        said: dict[str, object] = {"v": 1, "id": id, "plan": "9f3c01aa"}
        text += self.random.choice(TAILS) + self.random.choice(TAILS)
        record: dict[str, object] = {"id": id, "author": "someone", "text": text, "rubricate": said}
        if text in self.seen:
            said |= {"route": "dropped", "reason": "duplicate", "duplicate_of": self.seen[text]}
            self._put("dropped", record, "dropped")
            self.reasons["duplicate"] += 1
            return
        self.seen[text] = id
        votes = self._votes(text)
        said |= self._decided(text, votes)
        self._put("review" if said["route"] == "review" else "records", record, str(said["route"]))

    def add_unreadable(self, ordinal: int) -> None:
        said: dict[str, object] = {
            "v": 1,
            "plan": "9f3c01aa",
            "route": "quarantined",
            "reason": "utf8" if ordinal else "json_truncated",
            "detail": "byte 0xff at column 7 is not UTF-8" if ordinal else "the line ends inside a text",
            "source": "comments-2015.jsonl",
            "line": 1709 + ordinal,
            "offset": 203411 + 61 * ordinal,
            "length": 61,
            "sample": '{"id": "c\\xff\\xfe1", "text": "hello' if ordinal else '{"id": "c1712", "text": "unfini',
        }
        self._put("quarantine", {"rubricate": said}, "quarantined")

    def _put(self, folder: str, record: dict[str, object], route: str) -> None:
        self.folders[folder].append(record)
        self.routes[route] += 1

    def _votes(self, text: str) -> list[dict[str, object]]:
        """Votes with their label and stage, which are taken off before they are written."""
        votes: list[dict[str, object]] = []
        for id, _, label, cites, pattern, confidence, stage in RULES:
            found = [(m.start(), m.end()) for m in re.finditer(pattern, text, re.IGNORECASE)]
            if found:
                jitter = round(confidence - self.random.randrange(0, 12) / 100, 2) if stage or not cites else confidence
                evidence = [{"matcher": id.replace("-", "_"), "field": "text", "start": s, "end": e} for s, e in found]
                if id == "insult":
                    evidence = [{**entry, "row": 12} for entry in evidence]
                votes.append({"rule": id, "score": jitter, "cites": list(cites), "evidence": evidence, "label": label, "stage": stage})  # fmt: skip
        if len(text) > 14 and not any(vote["label"] in ("spam", "ham") for vote in votes):
            votes.append(
                {"rule": "otherwise: ham", "score": 0.7, "cites": [], "evidence": [], "label": "ham", "stage": 0}
            )
        self._count_rules(votes)
        return votes

    def _count_rules(self, votes: list[dict[str, object]]) -> None:
        for vote in votes:
            rule = str(vote["rule"])
            counts = self.rules.setdefault(rule, Counter())
            group = [o for o in votes if o is not vote and {o["label"], vote["label"]} <= {"spam", "ham"}]
            counts.update(votes=1, records=1, overlaps=bool(group))
            counts.update(conflicts=any(other["label"] != vote["label"] for other in group))
            self.sums[rule] += float(str(vote["score"]))  # type: ignore[assignment]  # a Counter of sums

    def _decided(self, text: str, votes: list[dict[str, object]]) -> dict[str, object]:
        annotations: list[dict[str, object]] = []
        suggestions: list[dict[str, object]] = []
        decisions: dict[str, str] = {}
        for label, accept in (("spam", 0.85), ("ham", 0.85), ("insult", 0.92)):
            own = [vote for vote in votes if vote["label"] == label]
            if not own:
                continue
            best = max(float(str(vote["score"])) for vote in own)
            decisions[label] = "accepted" if best >= accept else "uncertain"
            entry = {
                "kind": "document", "label": label, "decision": decisions[label], "score": best, "threshold": accept,
                "stage": STAGES[max(int(str(vote["stage"])) for vote in own)],
                "votes": [{k: vote[k] for k in ("rule", "score", "cites", "evidence")} for vote in own],
            }  # fmt: skip
            (annotations if decisions[label] == "accepted" else suggestions).append(entry)
        self._settle_set(decisions, annotations, suggestions)
        for label, decision in decisions.items():
            best = max(float(str(vote["score"])) for vote in votes if vote["label"] == label)
            self._scored(label, decision, best)
        self._mark_links(text, decisions, annotations)
        return self._routed(decisions, annotations, suggestions)

    def _scored(self, label: str, decision: str, best: float) -> None:
        bin = min(int(best * 20), 19)
        self.histograms[label][bin] += 1
        self.decided[label].setdefault(decision, [0] * 20)[bin] += 1

    def _settle_set(
        self, decisions: dict[str, str], annotations: list[dict[str, object]], suggestions: list[dict[str, object]]
    ) -> None:
        if decisions.get("spam") == "accepted" and "ham" in decisions:
            decisions["ham"] = "no"
        elif decisions.get("ham") == "accepted" and "spam" in decisions:
            decisions["spam"] = "no"
        for entries in (annotations, suggestions):
            entries[:] = [entry for entry in entries if decisions[str(entry["label"])] != "no"]

    def _mark_links(self, text: str, decisions: dict[str, str], annotations: list[dict[str, object]]) -> None:
        for match in re.finditer(r"https?://\S+|\bwww\.\S+", text):
            start, end = match.span()
            host = re.sub(r"https?://|www\.", "", match.group()).split("/")[0].rstrip(",")
            evidence = [{"matcher": "link", "field": "text", "start": start, "end": end}]
            votes = [{"rule": "link", "score": 0.99, "cites": ["s4"], "evidence": evidence}]
            annotations.append(
                {
                    "kind": "span", "label": "link", "field": "text", "start": start, "end": end, "decision": "accepted",
                    "score": 0.99, "threshold": 0.85, "stage": "lexical", "votes": votes, "value": host,
                }
            )  # fmt: skip
            decisions["link"] = "accepted"
            self.labels["link"]["spans"] += 1
            self._scored("link", "accepted", 0.99)

    def _routed(
        self, decisions: dict[str, str], annotations: list[dict[str, object]], suggestions: list[dict[str, object]]
    ) -> dict[str, object]:
        for label in self.labels:
            self.labels[label][decisions.get(label, "none")] += 1
        said: dict[str, object] = {"route": "accepted", "decisions": decisions, "annotations": annotations}
        open_entries = [entry for entry in suggestions if decisions[str(entry["label"])] == "uncertain"]
        if open_entries:
            if self.random.random() < 0.08:
                answer = {
                    "kind": "document",
                    "label": str(open_entries[0]["label"]),
                    "decision": "accepted",
                    "by": "anna",
                }
                return said | {"route": "settled", "annotations": [*annotations, answer], "answers": []}
            questions = [self._question(entry) for entry in open_entries]
            said |= {"route": "review", "suggestions": open_entries, "questions": questions}
        elif not annotations:
            self.nothing += 1
        return said

    def _question(self, entry: Mapping[str, object]) -> dict[str, object]:
        label = str(entry["label"])
        in_set = label != "insult"
        self.asked["spam, ham" if in_set else label] += 1
        return {
            "id": f"{len(self.seen):016x}",
            "kind": "set" if in_set else "label",
            "labels": ["spam", "ham"] if in_set else [label],
            "cites": ["s2", "s3"] if in_set else ["s5"],
            "why": f"uncertain: {label} {float(str(entry['score'])):.2f} is below {float(str(entry['threshold'])):.2f}",
        }

    def manifest(self) -> dict[str, object]:
        labelled = self.routes["accepted"] + self.routes["review"] + self.routes["settled"]
        label_of = {rule[0]: rule[2] for rule in RULES} | {"otherwise: ham": "ham"}
        counts: dict[str, object] = {
            "routes": {name: self.routes[name] for name in ("accepted", "review", "settled", "undecided", "quarantined", "dropped", "split")},
            "read": sum(self.routes.values()),
            "made": 0,
            "found_nothing": self.nothing,
            "dropped": {"duplicate": self.reasons["duplicate"], "blank": 0},
            "quarantined": dict(sorted(Counter(_reason(record) for record in self.folders["quarantine"]).items())),
            "review": dict(sorted(self.asked.items())),
            "stages": [
                {"name": "lexical", "asked": labelled, "closed": round(labelled * 0.74), "scores": labelled * 0.7, "scored": round(labelled * 0.74)},
                {"name": "model", "asked": labelled - round(labelled * 0.74), "closed": self.routes["accepted"] - round(labelled * 0.74), "scores": 52.3, "scored": 61},
            ],
            "labels": {name: {key: count[key] for key in ("accepted", "no", "uncertain", "none", "spans")} for name, count in self.labels.items()},
            "histograms": self.histograms,
            "decided_histograms": self.decided,
            "rules": {
                id: {**{key: count[key] for key in ("votes", "records", "overlaps", "conflicts")}, "scores": round(self.sums[id], 4), "label": label_of[id]}
                for id, count in self.rules.items()
            },
        }  # fmt: skip
        body = {
            "ruleset": {"name": "youtube-spam", "version": "2.1.0", "digest": "9f3c01aa" * 8},
            "guideline": {"id": "comment-guide", "version": "1.3.0", "digest": "41d7e2b0" * 8},
            "plan": "9f3c01aa" * 8,
            "plugins": {"dictionary": "0.1.0", "regex": "0.1.0", "html": "0.1.0"},
            "options": {"dedupe": ["text"], "output_key": "rubricate", "relabel": False},
            "partial": None,
            "sources": [{"name": "comments-2015.jsonl", "size": 203594, "sha256": "77ab90" * 10, "read": counts["read"]}],
            "answers": None,
            "counts": counts,
            "parts": [{"path": f"{folder}/part-0-1a2b3c4d.jsonl", "sha256": "00" * 32, "rows": len(rows), "unit": 0} for folder, rows in self.folders.items()],
            "parent": None,
        }  # fmt: skip
        annex = {"created": "2026-03-14T09:26:53+00:00", "host": "here", "seconds": 7.4, "writer": "rubricate 0.1.0"}
        return {"format": "rubricate-manifest-1", "digest": "c0ffee12" * 8, "body": body, "annex": annex}


def _reason(record: Mapping[str, object]) -> str:
    said = record["rubricate"]
    assert isinstance(said, dict)
    return str(said["reason"])
