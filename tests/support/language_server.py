"""A headless editor: talks to a language server over its standard streams."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import Any

__all__ = ["LanguageServer"]

SETTLED = 1.0
"""Seconds without news after which the diagnostics of a document are what they are."""


class LanguageServer:
    """A server process with its documents; use it as a context."""

    def __init__(
        self, command: Sequence[str], folder: Path, *, settings: Mapping[str, Any], patience: float = 30
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._patience = patience
        self._number = 0
        self._answers: Queue[Mapping[str, Any]] = Queue()
        self._diagnostics: dict[str, tuple[float, list[Mapping[str, Any]]]] = {}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> LanguageServer:
        capabilities = {
            "textDocument": {
                "completion": {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {},
            },
            "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
        }
        self.ask("initialize", {"processId": None, "rootUri": self._folder.as_uri(), "capabilities": capabilities})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})
        return self

    def __exit__(self, *error: object) -> None:
        self._tell("exit", {})
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._listener.join(5)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    def open(self, name: str, text: str) -> str:
        """Shows a document to the server; gives its address."""
        uri = (self._folder / name).as_uri()
        self._tell(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}}
        )
        return uri

    def diagnostics(self, uri: str) -> list[tuple[int, str]]:
        """Line, counted from 1, and message of everything that is marked, once no more news comes."""
        end = time.monotonic() + self._patience
        while time.monotonic() < end:
            known = self._diagnostics.get(uri)
            if known is not None and time.monotonic() - known[0] > SETTLED:
                return [(each["range"]["start"]["line"] + 1, each["message"]) for each in known[1]]
            time.sleep(0.05)
        raise TimeoutError(f"no diagnostics of {uri}")

    def complete(self, uri: str, line: int, column: int) -> dict[str, str]:
        """What is proposed at a place (counted from 0): label -> its words."""
        answer = self._at("textDocument/completion", uri, line, column)
        items = answer["items"] if isinstance(answer, dict) else answer
        return {item["label"]: _words(item.get("documentation", "")) for item in items}

    def hover(self, uri: str, line: int, column: int) -> str:
        """What is shown about a place."""
        answer = self._at("textDocument/hover", uri, line, column)
        return "" if answer is None else _words(answer["contents"])

    def ask(self, method: str, params: Mapping[str, Any]) -> Any:
        """The result of a request."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            try:
                answer = self._answers.get(timeout=self._patience)
            except Empty:
                raise TimeoutError(f"no answer to {method}") from None
            if answer.get("id") == self._number:
                return answer.get("result")

    def _at(self, method: str, uri: str, line: int, column: int) -> Any:
        return self.ask(method, {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}})

    def _tell(self, method: str, params: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._process.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline().strip()) or not length:
                if not line:
                    return
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            message = json.loads(stream.read(length))
            if "method" in message and "id" in message:
                self._serve(message)
            elif message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                self._diagnostics[params["uri"]] = (time.monotonic(), params["diagnostics"])
            elif "id" in message:
                self._answers.put(message)

    def _serve(self, message: Mapping[str, Any]) -> None:
        """Answers what the server asks: its settings; all else with nothing."""
        result = None
        if message["method"] == "workspace/configuration":
            result = [self._settings.get(item.get("section")) for item in message["params"]["items"]]
        self._send({"id": message["id"], "result": result})


def _words(content: Any) -> str:
    return str(content["value"]) if isinstance(content, dict) else str(content)
