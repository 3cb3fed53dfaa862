"""The kinds of llm keep the contract of plugins, with a server that always says the same of a text."""

import json

import pytest

import rubricate_llm
from rubricate.testing import MatcherSample, PluginContract
from support.chat_server import chat_server, completion
from support.models import needs

needs("openai")

CLASSIFY = {"use": "llm.classify", "model": "m", "confidence": 0.9, "classes": {"loud": "shouting", "calm": "not"}}
SPANS = {"use": "llm.spans", "model": "m", "confidence": 0.9, "classes": {"offer": "an offer"}}


def script(asked):
    """Texts in capitals are loud, others are left alone; of offers there are the words `buy now`."""
    if "spans" in json.dumps(asked.body["response_format"]):
        found = [{"text": "buy now", "label": "offer"}] if "buy now" in asked.text else []
        return completion(json.dumps({"spans": found}))
    return completion(json.dumps({"label": "loud" if "SALE" in asked.text else "neither"}))


@pytest.fixture(autouse=True)
def endpoint(monkeypatch):
    with chat_server(script) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield


class TestLlm(PluginContract):
    plugin = rubricate_llm
    samples = (
        MatcherSample(CLASSIFY, hits=["[[SALE today]]"], misses=["a quiet word"], anywhere=False),
        MatcherSample(SPANS, hits=["please [[buy now]]"], misses=["a quiet word"]),
    )
