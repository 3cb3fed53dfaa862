"""A small OpenAI-compatible server that answers as a test scripts it, and counts what it is asked."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

__all__ = ["Asked", "ChatServer", "Reply", "chat_server", "completion", "says"]

FENCE = re.compile(r"(=== DATA [0-9a-f]+ ===)\n(.*?)\n\1", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server does with one request."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    """So many bytes of the body are sent, and then the connection ends."""
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """The record's text, as it stands in its slot."""
        found = FENCE.search(self.body["messages"][-1]["content"])
        assert found is not None
        return found[2]

    @property
    def form(self) -> str:
        """The form of answers that it asks for."""
        return str(self.body.get("response_format", {}).get("type", "plain"))


Script: TypeAlias = "Callable[[Asked], Reply]"


@dataclass(slots=True)
class ChatServer:
    """A server at work."""

    url: str
    script: Script
    asked: list[Asked] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The text of each request, sorted: threads ask in any order."""
        return sorted(each.text for each in self.asked)


def completion(
    content: str | None,
    *,
    logprobs: Sequence[tuple[str, float]] | None = None,
    usage: tuple[int, int] = (20, 5),
    finish: str = "stop",
    **message: object,
) -> Reply:
    """The response to a chat."""
    choice: dict[str, object] = {
        "index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message},
    }  # fmt: skip
    if logprobs is not None:
        tokens = [{"token": text, "logprob": chance, "bytes": list(text.encode())} for text, chance in logprobs]
        choice["logprobs"] = {"content": tokens}
    told = {"id": "x", "object": "chat.completion", "created": 0, "model": "scripted", "choices": [choice],
            "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}}  # fmt: skip
    return Reply(body=json.dumps(told).encode())


def says(**labels: str) -> Script:
    """Answers with the label of the first word that a text holds, else with `otherwise`."""
    words = {word: label for word, label in labels.items() if word != "otherwise"}

    def script(asked: Asked) -> Reply:
        label = next((label for word, label in words.items() if word in asked.text), labels["otherwise"])
        return completion(json.dumps({"label": label}))

    return script


@contextmanager
def chat_server(script: Script) -> Iterator[ChatServer]:
    """Serves until the block ends; `script` may be changed meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            asked = Asked(json.loads(self.rfile.read(length)), dict(self.headers))
            with lock:
                served.asked.append(asked)
            reply = served.script(asked)
            time.sleep(reply.delay)
            try:
                self.send_response(reply.status)
                for name, value in {"content-type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body[: reply.cut])
                self.wfile.flush()
            except OSError:
                return  # who asked has gone
            if reply.cut is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    lock = threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = ChatServer(f"http://127.0.0.1:{server.server_address[1]}/v1", script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
