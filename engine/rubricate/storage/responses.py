"""Responses that were paid for: a file each, put in place whole before anything is made of them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import cast

import orjson

from rubricate.storage.failpoints import reach
from rubricate.storage.objects import canonical_json, digest_bytes, put_if_absent

__all__ = ["StoredResponses"]

log = logging.getLogger(__name__)


class StoredResponses:
    """The responses in one folder, by the digest of what was asked. Threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, digest: str) -> bytes | None:
        """The response; None where there is none, or one that no longer is what was put there, which is moved aside."""
        path = self._folder / f"{digest}.json"
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            told = orjson.loads(raw)
            response = canonical_json(told["response"])
            is_sound = told["asked"] == digest and told["sha256"] == digest_bytes(response)
        except (orjson.JSONDecodeError, KeyError, TypeError):
            is_sound, response = False, b""
        if is_sound:
            return response
        log.warning("%s is damaged; it was moved aside", path.name)
        path.rename(path.with_suffix(".damaged"))
        return None

    def keep(self, digest: str, content: bytes) -> bytes:
        """Stores a response, given as JSON; gives the one that is stored, in canonical form."""
        response = canonical_json(cast("object", orjson.loads(content)))
        told = {"asked": digest, "sha256": digest_bytes(response), "response": orjson.loads(response)}
        self._folder.mkdir(parents=True, exist_ok=True)
        reach("after_response_before_store")
        put_if_absent(self._folder, f"{digest}.json", canonical_json(told))
        found = self.load(digest)
        return response if found is None else found
