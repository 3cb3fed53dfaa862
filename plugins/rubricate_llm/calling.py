"""One endpoint: a question in, what it answered out; asked again where that may help, and never for ever."""

from __future__ import annotations

import importlib
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from rubricate.api import MissingExtraError, RunError
from rubricate_llm.answers import as_response
from rubricate_llm.prompting import Question, schema_of
from rubricate_llm.settings import Service

__all__ = ["Endpoint", "NoAnswerError"]

FORMS = ("json_schema", "json_object", "plain")
REFUSES_FORM = frozenset({400, 404, 415, 422, 500, 501})
"""What endpoints say to a form of answers that they do not know."""
LIMITS = ("max_tokens", "max_completion_tokens")
"""What the limit of an answer is called: first by its older name, which servers of one's own may know alone."""
REFUSES_LIMIT = frozenset({400, 422})
NOT_OURS = frozenset({401, 402, 403, 404, 405})
"""What is said of keys, accounts, models and addresses: to ask again is of no use, and no record is to blame."""
MOST_BYTES = 1 << 20
"""A larger response is cut off and not used."""
FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0


class NoAnswerError(Exception):
    """A question without an answer; `reason` is what its record is quarantined under."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


@dataclass(frozen=True, slots=True)
class _Way:
    """How a model is asked."""

    form: str
    limit: str


@dataclass(frozen=True, slots=True)
class _Failed:
    """A try that brought nothing."""

    status: int | None
    detail: str
    wait: float | None = None
    """How long the endpoint asked us to wait."""
    wants_limit: bool = False
    """Whether it wants the limit of answers under its newer name."""

    @property
    def is_passing(self) -> bool:
        """Whether another try may bring more."""
        return self.status is None or self.status in (408, 409, 425, 429) or self.status >= 500


class Endpoint:
    """An endpoint; threads may ask it at the same time once it has answered."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._ways: dict[str, _Way] = {}
        """Model -> how it is asked, once it has answered."""
        self._client: Any = None
        self._lock = threading.Lock()
        self.has_answered = False

    @property
    def name(self) -> str:
        """Its address, which holds no secret."""
        return self._service.base_url or os.environ.get("OPENAI_BASE_URL", "")

    def ask(self, question: Question, sample: int, *, pause: Callable[[float], bool]) -> dict[str, object]:
        """The answer to a sample of a question; `pause` waits, and says whether it is time to give up.

        Raises NoAnswerError where there is none, and RunError where there never will be one.
        """
        way, failed = self._find_way(question, sample)
        for number in range(self._service.retries):
            if not isinstance(failed, _Failed) or not failed.is_passing:
                break
            waited = failed.wait if failed.wait is not None else FIRST_WAIT * 2**number
            if pause(min(waited, LONGEST_WAIT)):
                break
            way, failed = self._ask(question, sample, way)
        if isinstance(failed, _Failed):
            raise self._error(failed)
        self._ways[question.settings.model] = way
        self.has_answered = True
        return failed

    def _find_way(self, question: Question, sample: int) -> tuple[_Way, dict[str, object] | _Failed]:
        """What the first call came to, or, of a model that has not answered yet, the first in a form that it takes."""
        service, known = self._service, self._ways.get(question.settings.model)
        form = FORMS[0] if service.form == "auto" else service.form
        first = known or _Way(form, LIMITS[0] if service.limit_as == "auto" else service.limit_as)
        way, failed = self._ask(question, sample, first)
        if known is None and service.form == "auto" and isinstance(failed, _Failed) and failed.status in REFUSES_FORM:
            for other in FORMS[1:]:
                tried, found = self._ask(question, sample, replace(way, form=other))
                if not isinstance(found, _Failed) or (found.is_passing and found.status not in REFUSES_FORM):
                    return tried, found
        return way, failed

    def _ask(self, question: Question, sample: int, way: _Way) -> tuple[_Way, dict[str, object] | _Failed]:
        """One call, or two where the endpoint says that it wants the limit under its other name."""
        found = self._try(question, sample, way)
        may_change = self._service.limit_as == "auto" and way.limit != LIMITS[1]
        if may_change and isinstance(found, _Failed) and found.wants_limit:
            way = replace(way, limit=LIMITS[1])
            found = self._try(question, sample, way)
        return way, found

    def _error(self, failed: _Failed) -> Exception:
        if failed.status in NOT_OURS:
            key = self._service.api_key_env
            what = f"the key in {key} is not accepted" if os.environ.get(key) else f"{key} holds no key"
            if failed.status in (404, 405):
                what = "there is no such model or address"
            return RunError(f"{self.name} refuses what it is asked: {failed.detail}", help=f"{what}; see the matcher's"
                            " options")  # fmt: skip
        if failed.is_passing:
            return NoAnswerError("llm_unavailable", f"the endpoint did not answer: {failed.detail}")
        return NoAnswerError("llm_refused", f"the endpoint refused the question: {failed.detail}")

    def _try(self, question: Question, sample: int, way: _Way) -> dict[str, object] | _Failed:
        """One call. What a failed one is told of never holds what the endpoint said: that may hold the key."""
        client, openai, httpx = self._connect()
        try:
            with client.chat.completions.with_streaming_response.create(**_body(question, sample, way)) as response:
                raw = self._read(response)
        except openai.APIStatusError as error:
            wants = error.status_code in REFUSES_LIMIT and LIMITS[1] in error.response.text
            return _Failed(error.status_code, f"HTTP {error.status_code}", _wait(error.response.headers), wants)
        except openai.APITimeoutError:
            return _Failed(None, "it took longer than it may")
        except openai.APIConnectionError:
            return _Failed(None, "no connection")
        except httpx.TimeoutException:
            return _Failed(None, "it took longer than it may")
        except (httpx.HTTPError, httpx.StreamError):
            return _Failed(None, "the connection broke off")
        if raw is None:
            return _Failed(None, "its response was too long, or took too long")
        try:
            told = json.loads(raw)
            return as_response(told)
        except (ValueError, AttributeError, TypeError, RecursionError):
            return _Failed(None, "its response is none to a chat")

    def _read(self, response: Any) -> bytes | None:
        """The body; None where it is too long, or comes in drops."""
        until = time.monotonic() + self._service.timeout
        pieces, size = [], 0
        for piece in response.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES or time.monotonic() > until:
                return None
        return b"".join(pieces)

    def _connect(self) -> tuple[Any, Any, Any]:
        """The client and its modules, which take a second to import; made by the first question."""
        with self._lock:
            try:
                import openai
            except ImportError:
                raise MissingExtraError("the kinds of llm", "llm") from None
            if self._client is None:
                if not self.name:
                    raise RunError(
                        "no endpoint is named", help="set OPENAI_BASE_URL, or write base_url: to the matcher"
                    )
                self._client = openai.OpenAI(
                    base_url=self.name,
                    api_key=os.environ.get(self._service.api_key_env) or "none",
                    timeout=self._service.timeout,
                    max_retries=0,
                    # a redirect would carry the record's text to where the ruleset does not say
                    http_client=openai.DefaultHttpxClient(follow_redirects=False, verify=_trusted(openai)),
                )
            return self._client, openai, _transport(openai)

    def close(self) -> None:
        """Ends its connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None


@cache
def _transport(openai: Any) -> Any:
    """The package that the client speaks HTTP with, whose errors come through it: httpx, or what took its place."""
    base = next(each for each in openai.DefaultHttpxClient.__mro__ if each.__name__ == "Client")
    return importlib.import_module(base.__module__.partition(".")[0])


@cache
def _trusted(openai: Any) -> Any:
    """The certificates that are trusted: to read them takes longer than a dozen questions."""
    return _transport(openai).create_ssl_context()


def _body(question: Question, sample: int, way: _Way) -> dict[str, Any]:
    settings = question.settings
    body: dict[str, Any] = {
        "model": settings.model,
        "messages": list(question.messages),
        "temperature": settings.temperature,
        way.limit: settings.max_tokens,
    }
    if settings.seed is not None:
        body["seed"] = settings.seed + sample
    if settings.confidence == "logprobs":
        body["logprobs"] = True
    body |= settings.extra
    schema = schema_of(settings)
    if way.form == "json_schema":
        body["response_format"] = {
            "type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema},
        }  # fmt: skip
    elif way.form == "json_object":
        body["response_format"] = {"type": "json_object", "schema": schema}
    return body


def _wait(headers: Mapping[str, str]) -> float | None:
    """How many seconds Retry-After asks for: a number, or a date.

    >>> _wait({"retry-after": "3"}), _wait({})
    (3.0, None)
    """
    told = headers.get("retry-after")
    if told is None:
        return None
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if seconds == seconds else None
