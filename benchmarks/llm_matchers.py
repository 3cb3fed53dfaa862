"""Records a second of the matchers of language models, against the client `openai` called by hand.

    python benchmarks/llm_matchers.py [--records N] [--rounds N]

The endpoint is a server of this machine in a process of its own, which answers by a script at once: what is counted is
the work of asking, none of a model. By hand means: one client, four threads, the same requests, which are written out
beforehand, and of each answer the class with its probability, or the places of the quotes. Both have to find the same.
CPU time is that of the process that asks, with all its threads. The texts are comments of the shipped ruleset
`youtube_spam`; as in a run, a batch has 256 of them. Behind rules few records of a batch are left: the second line has
batches of 16. The last one keeps each response on the disk before it is used, as runs do, and nobody does by hand.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from answering import answering
from comparing import Case, table_with_waiting

from rubricate.api import Match, MatcherSpec, RunContext
from rubricate.model.document import Document
from rubricate.model.location import Location
from rubricate.model.run_context import running_in
from rubricate.storage.responses import StoredResponses
from rubricate.texts.folding import make_folder
from rubricate_llm.scanning import LlmScanner
from rubricate_rulesets import path as shipped
from support.chat_server import Asked, chat_server, completion

AT_ONCE = 4
BATCH, SMALL_BATCH = 256, 16
FOLD = make_folder(("casefold",))
SPAM_WORDS = ("check", "http", "subscribe", "visit", "www")
CLASSES = {"spam": "It sends readers elsewhere.", "ham": "It speaks of the video."}
CHANCES = {"spam": (("sp", -0.02), ("am", -0.01)), "ham": (("ham", -0.05),)}


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked, and how its answers are read by hand."""

    kind: str
    options: Mapping[str, object]
    read: Callable[[str, Any], object]
    """(text, choice) -> what it says."""
    seen: Callable[[Sequence[Match]], object]
    """The same of the matches of a document."""


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    texts = list(dict.fromkeys(comments()))[: options.records]  # of equal ones the first, as each is asked about once
    with answering(answer) as url, tempfile.TemporaryDirectory() as folder:
        for line in table_with_waiting(cases(url, texts, Path(folder)), options.rounds):
            print(line, flush=True)


def comments() -> Iterator[str]:
    """Those that come with the shipped ruleset."""
    with gzip.open(shipped("youtube_spam") / "data" / "comments.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


# -- answers ---------------------------------------------------------------------------------------------------


def answer(body: Mapping[str, Any]) -> bytes:
    """The response to a request, in the form that its schema asks for."""
    text = Asked(body, {}).text
    wanted = body["response_format"]["json_schema"]["schema"]["properties"]
    found = [word for word in SPAM_WORDS if word in text]
    if "spans" in wanted:
        said = {"spans": [{"text": word, "label": "spam"} for word in found]}
        return completion(json.dumps(said)).body
    label = "spam" if found else "ham"
    tokens = [('{"label": "', -0.001), *CHANCES[label], ('"}', -0.001)]
    return completion("".join(token for token, _ in tokens), logprobs=tokens if body.get("logprobs") else None).body


def read_class(_text: str, choice: Any) -> object:
    """The class and its probability."""
    label = json.loads(choice.message.content)["label"]
    if label not in CLASSES:
        return []
    begin = choice.message.content.index(f'"{label}"') + 1
    at, chance = 0, 0.0
    for token in choice.logprobs.content:
        if at < begin + len(label) and begin < at + len(token.token):
            chance += token.logprob
        at += len(token.token)
    return [(label, round(math.exp(chance), 4))]


def read_quotes(text: str, choice: Any) -> object:
    """The places of the quotes, whole words before parts of words."""
    places = set()
    for quote in json.loads(choice.message.content)["spans"]:
        word, at, found = quote["text"], text.find(quote["text"]), []
        while at >= 0:
            found.append((at, at + len(word)))
            at = text.find(word, at + len(word))
        whole = [(start, end) for start, end in found
                 if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()]  # fmt: skip
        places.update((start, end, quote["label"]) for start, end in whole or found)
    return sorted(places)


# -- cases -----------------------------------------------------------------------------------------------------


def cases(url: str, texts: Sequence[str], folder: Path) -> Iterator[Case]:
    """Classes, a few of them at a time, quotes, and classes with responses that are kept."""
    classify = Task("llm.classify", {"confidence": "logprobs"}, read_class,
                    lambda found: [(each[5]["class"], each[4]) for each in found])  # fmt: skip
    spans = Task("llm.spans", {"confidence": 0.9}, read_quotes,
                 lambda found: sorted((each[2], each[3], each[5]["class"]) for each in found))  # fmt: skip
    bodies = requests_of(classify, texts)
    whole = case(classify, url, texts, bodies)
    yield whole
    few = case(classify, url, texts, bodies, size=SMALL_BATCH)
    yield replace(few, name=f"llm.classify, {SMALL_BATCH} a batch")
    yield case(spans, url, texts, requests_of(spans, texts))
    number = count()
    kept = case(classify, url, texts, bodies, lambda: StoredResponses(folder / str(next(number))))
    yield replace(kept, name="llm.classify, responses kept")


def case(
    task: Task, url: str, texts: Sequence[str], bodies: Sequence[Mapping[str, Any]],
    responses: Callable[[], Any] | None = None, *, size: int = BATCH,
) -> Case:  # fmt: skip
    """`responses` makes a place that has none; without it they are held in memory, by a scanner of its own."""
    documents = [document(number, text) for number, text in enumerate(texts)]
    scanner = LlmScanner([spec_of(task, url)])

    def ours() -> list[list[Match]]:
        store = Unkept() if responses is None else responses()
        with running_in(RunContext(responses=lambda _kind: store)):
            return [each for at in range(0, len(texts), size) for each in scanner.scan(documents[at : at + size])]

    return Case(
        name=task.kind, ours=ours, by_hand=by_hand(task, url, texts, bodies), number=len(texts),
        seen=lambda found: [task.seen(each) for each in found],
    )  # fmt: skip


class Unkept:
    """Responses of one round, in memory."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load(self, digest: str) -> bytes | None:
        return self._known.get(digest)

    def keep(self, digest: str, content: bytes) -> bytes:
        return self._known.setdefault(digest, content)


def by_hand(
    task: Task, url: str, texts: Sequence[str], bodies: Sequence[Mapping[str, Any]]
) -> Callable[[], list[object]]:
    """One client for all, and a pool of threads."""
    import openai

    client = openai.OpenAI(base_url=url, api_key="none", max_retries=0)

    def ask(text: str, body: Mapping[str, Any]) -> object:
        return task.read(text, client.chat.completions.create(**body).choices[0])

    def work() -> list[object]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(ask, texts, bodies))

    return work


def requests_of(task: Task, texts: Sequence[str]) -> list[Mapping[str, Any]]:
    """What a matcher asks about each text."""
    with chat_server(lambda _asked: completion(None)) as server:
        LlmScanner([spec_of(task, server.url)]).scan([document(number, text) for number, text in enumerate(texts)])
        found = {asked.text: asked.body for asked in server.asked}
    return [found[text] for text in texts]


def spec_of(task: Task, url: str) -> MatcherSpec:
    asides = {"base_url": url, "concurrency": AT_ONCE, "form": "json_schema"}
    options = {"model": "scripted", "classes": CLASSES, **task.options}
    return MatcherSpec(name="m", kind=task.kind, options=options, asides=asides, location=Location("r.yaml", 1, 1))


def document(number: int, text: str) -> Document:
    return Document(id=f"r{number}", ordinal=number, original={"text": text}, clean={"text": text}, maps={}, meta={},
                    fold=FOLD)  # fmt: skip


if __name__ == "__main__":
    main()
