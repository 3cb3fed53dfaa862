"""Asks the questions of a batch: those without a stored response, some at a time; then reads what was answered."""

from __future__ import annotations

import contextvars
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TypeAlias, cast

from rubricate.api import (
    Document,
    Match,
    MatcherSpec,
    RecordError,
    Responses,
    RunContext,
    RunPausedError,
    Spend,
    current_run,
)
from rubricate_llm.answers import Answer, read_answer, scored
from rubricate_llm.calling import Endpoint, NoAnswerError
from rubricate_llm.estimating import most, tokens_of
from rubricate_llm.grounding import ground
from rubricate_llm.prompting import Question, questions
from rubricate_llm.settings import Service, read

__all__ = ["LlmScanner"]

KIND = "llm"
"""The folder of the responses."""
MOST_IN_A_ROW = 5
"""So many questions in a row without an answer, and it is the endpoint that has gone."""

Response: TypeAlias = "Mapping[str, object]"


class _Remembered:
    """Responses outside of a run: for as long as the process lives."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load(self, digest: str) -> bytes | None:
        return self._known.get(digest)

    def keep(self, digest: str, content: bytes) -> bytes:
        return self._known.setdefault(digest, content)


@dataclass(slots=True)
class _Open:
    """A question of which samples are missing."""

    question: Question
    key: str
    """The digest of its first sample, by which it is known to the purse."""
    missing: list[tuple[int, str]]
    """(sample, digest)."""
    left: int = 0
    is_reserved: bool = False
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def take(self, response: Response) -> None:
        """Counts what a response cost; an endpoint that does not say is reckoned with."""
        asked = sum(tokens_of(len(message["content"])) for message in self.question.messages)
        told = (response.get("in"), response.get("out"))
        self.calls += 1
        self.tokens_in += told[0] if isinstance(told[0], int) else asked
        self.tokens_out += told[1] if isinstance(told[1], int) else tokens_of(len(str(response.get("content") or "")))

    @property
    def spent(self) -> Spend:
        """What it cost so far."""
        money = self.question.settings.money(self.tokens_in, self.tokens_out)
        return Spend(calls=self.calls, tokens_in=self.tokens_in, tokens_out=self.tokens_out, money=money)


class LlmScanner:
    """Scans for all matchers of the family `llm` in a stage."""

    def __init__(self, specs: Sequence[MatcherSpec]) -> None:
        self._settings = [read(spec) for spec in specs]
        self._endpoints: dict[Service, Endpoint] = {}
        self._failed: dict[str, NoAnswerError] = {}
        """Questions that had no answer: they are not asked again by this process."""
        self._in_a_row = 0
        remembered = _Remembered()
        self._alone = RunContext(responses=lambda _kind: remembered)

    def scan(self, batch: Sequence[Document]) -> list[list[Match]]:
        """The matches of each document. Raises RecordError for one without an answer, when all others have theirs."""
        context = current_run() or self._alone
        responses = context.responses(KIND)
        every = [
            each
            for number, document in enumerate(batch)
            for settings in self._settings
            for each in questions(settings, number, document)
        ]
        asked = [each for each in every if not each.is_too_long]
        known: dict[str, Response] = {}
        opened = list(self._load(asked, responses, known))
        if opened and context.replay:
            context.lacking += sum(len(each.missing) for each in opened)  # so that nothing of this unit is kept
            asked = [each for each in asked if all(each.digest(one) in known for one in range(each.settings.samples))]
        elif opened:
            _Asking(self, context, responses, known).ask(opened)
        for question in asked:
            for sample in range(question.settings.samples):
                failed = self._failed.get(question.digest(sample))
                if failed is not None:
                    raise RecordError(failed.reason, failed.detail, record=question.record)
        for question in every:
            context.count(question.settings.name, "texts too long to be asked about", question.is_too_long)
        found: list[list[Match]] = [[] for _ in batch]
        for question in asked:
            settings = question.settings
            samples = [known[question.digest(sample)] for sample in range(settings.samples)]
            found[question.document] += _matches(context, question, samples)
        return found

    def _load(self, asked: Sequence[Question], responses: Responses, known: dict[str, Response]) -> Iterator[_Open]:
        """Fills `known` from what is stored; gives the questions of which something is missing, each once."""
        seen: set[str] = set()
        for question in asked:
            missing = []
            for sample in range(question.settings.samples):
                digest = question.digest(sample)
                if digest in seen:
                    continue
                seen.add(digest)
                stored = responses.load(digest)
                if stored is not None:
                    known[digest] = json.loads(stored)
                elif digest not in self._failed:
                    missing.append((sample, digest))
            if missing:
                yield _Open(question, question.digest(0), missing, left=len(missing))

    def endpoint(self, service: Service) -> Endpoint:
        """The endpoint of a service."""
        return self._endpoints.setdefault(service, Endpoint(service))

    def hang_up(self) -> None:
        """Ends all connections: the next batch may be far away."""
        for each in self._endpoints.values():
            each.close()

    def failed(self, digest: str, error: NoAnswerError) -> RunPausedError | None:
        """Notes a question without an answer; a reason to stop where the endpoint has gone, and not the record."""
        self._failed[digest] = error
        if error.reason != "llm_unavailable":
            return None
        self._in_a_row += 1
        has_answered = any(each.has_answered for each in self._endpoints.values())
        if has_answered and self._in_a_row < MOST_IN_A_ROW:
            return None
        self._failed.clear()
        return RunPausedError(error.detail, help="give the same command when it is back: what was paid for is kept")

    def answered(self) -> None:
        """Notes that the endpoint is there."""
        self._in_a_row = 0


@dataclass(slots=True)
class _Asking:
    """The questions of one batch while they are open."""

    scanner: LlmScanner
    context: RunContext
    responses: Responses
    known: dict[str, Response]
    _over: threading.Event = field(default_factory=threading.Event)
    _pending: dict[Future[Response], tuple[_Open, str]] = field(default_factory=dict)
    _done: SimpleQueue[Future[Response]] = field(default_factory=SimpleQueue)
    _stopped: Exception | None = None

    def ask(self, opened: Sequence[_Open]) -> None:
        """Asks them in their order, and keeps each response; raises what the run must stop for at the end.

        What is under way when something stops it is waited for, as it has been paid for.
        """
        most_at_once = max(each.question.settings.service.concurrency for each in opened)
        waiting = iter([(each, sample, digest) for each in opened for sample, digest in each.missing])
        pool = ThreadPoolExecutor(max_workers=most_at_once, thread_name_prefix="rubricate-llm")
        try:
            self._work(pool, waiting, most_at_once)
        finally:
            self._over.set()
            pool.shutdown(wait=False, cancel_futures=True)
            for each in opened:
                if each.is_reserved and (each.calls or self._stopped is not None):
                    self._settle(each)
        self.scanner.hang_up()
        if self._stopped is not None:
            raise self._stopped

    def _work(self, pool: ThreadPoolExecutor, waiting: Iterator[tuple[_Open, int, str]], most_at_once: int) -> None:
        while True:
            while self._stopped is None and len(self._pending) < self._allowed(most_at_once):
                task = next(waiting, None)
                if task is None or not self._submit(pool, *task):
                    break
            if not self._pending:
                return
            with suppress(Empty):
                future = self._done.get(timeout=1.0)
                self._take(future, *self._pending.pop(future))
            self.context.alive()

    def _allowed(self, most_at_once: int) -> int:
        """How many may be open: one, until every endpoint in use has shown what form of answers it takes."""
        is_new = any(not self.scanner.endpoint(open_.question.settings.service).has_answered
                     for open_, _ in self._pending.values())  # fmt: skip
        return 1 if is_new else most_at_once

    def _submit(self, pool: ThreadPoolExecutor, open_: _Open, sample: int, digest: str) -> bool:
        """Asks for a sample, the first one of a question after its cost was reserved."""
        settings = open_.question.settings
        if open_.left == len(open_.missing) and sample == open_.missing[0][0] and self.context.purse is not None:
            try:
                self.context.purse.reserve(open_.key, settings.name, most(open_.question, len(open_.missing)))
            except RunPausedError as error:
                self._stopped = error
                return False
            open_.is_reserved = True
        endpoint = self.scanner.endpoint(settings.service)

        def asked() -> Response:
            response = endpoint.ask(open_.question, sample, pause=self._over.wait)
            content = json.dumps(response, ensure_ascii=True).encode()
            return cast("Response", json.loads(self.responses.keep(digest, content)))

        future = pool.submit(contextvars.copy_context().run, asked)
        self._pending[future] = (open_, digest)
        future.add_done_callback(self._done.put)
        return True

    def _take(self, future: Future[Response], open_: _Open, digest: str) -> None:
        open_.left -= 1
        error = future.exception()
        if error is None:
            response = future.result()
            self.known[digest] = response
            self.scanner.answered()
            open_.take(response)
        elif isinstance(error, NoAnswerError):
            self._stopped = self._stopped or self.scanner.failed(digest, error)
        elif isinstance(error, Exception):
            self._stopped = self._stopped or error
        if open_.left == 0:
            self._settle(open_)

    def _settle(self, open_: _Open) -> None:
        name = open_.question.settings.name
        if self.context.purse is not None:
            self.context.purse.settle(open_.key, name, open_.spent)
        open_.is_reserved = False


def _matches(context: RunContext, question: Question, samples: Sequence[Response]) -> list[Match]:
    """What the answers to a question mark; what cannot be used of them is counted."""
    settings = question.settings
    answers: list[Answer] = []
    for response in samples:
        answer = read_answer(settings, response)
        if isinstance(answer, Answer):
            answers.append(answer)
            context.count(settings.name, "answers outside of the classes", answer.outside)
        else:
            context.count(settings.name, answer)
    if settings.task == "spans":
        return _spans(context, question, answers)
    scores = scored(answers, settings.samples)
    return [(settings.name, question.field, 0, question.end, scores[name], {"class": name})
            for name in settings.classes if name in scores]  # fmt: skip


def _spans(context: RunContext, question: Question, answers: Sequence[Answer]) -> list[Match]:
    """The quotes that stand in the text; of a place that several answers name, how many of them do."""
    settings = question.settings
    votes: dict[tuple[int, int, str], list[float]] = {}
    for answer in answers:
        named: dict[tuple[int, int, str], float] = {}
        for quote in answer.quotes:
            near = quote.start if settings.nearest else None
            places = ground(question.text, quote.text, near=near)
            context.count(settings.name, "quotes that are not in the text", not places)
            for start, end in places:
                key = (start, end, quote.label)
                named[key] = max(named.get(key, 0.0), quote.score)
        for key, score in named.items():
            votes.setdefault(key, []).append(score)
    return [
        (settings.name, question.field, start, end, round(sum(scores) / settings.samples, 4), {"class": name})
        for (start, end, name), scores in sorted(votes.items())
    ]
