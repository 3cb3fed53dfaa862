"""What is asked, and what is made of good answers."""

import json
import math

import pytest

from support.asking import Asking
from support.chat_server import Reply, chat_server, completion, says
from support.models import needs

needs("openai")


@pytest.fixture
def asking(tmp_path):
    with chat_server(says(otherwise="ham")) as server:
        yield Asking(tmp_path, server)


def scores(asking):
    """Id -> label -> its score, of the suggestions and annotations."""
    return {id: {each["label"]: each["score"] for each in said["annotations"]} for id, said in asking.said().items()}


def spans(asking):
    """(start, end, label, score) of every span of the first record."""
    return [(each["start"], each["end"], each["label"], each["score"]) for each in asking.said()["0"]["annotations"]]


PLACES = {"colour": {"kind": "span"}, "animal": {"kind": "span"}}


def quoting(*quotes):
    return lambda asked: completion(
        json.dumps({"spans": [dict(zip(("text", "label"), each, strict=True)) for each in quotes]})
    )


def test_the_confidence_is_the_probability_of_the_label(asking):
    tokens = [('{"label": "', -0.5), ("sp", math.log(0.9)), ("am", math.log(0.8)), ('"}', -0.7)]
    asking.server.script = lambda asked: completion('{"label": "spam"}', logprobs=tokens)
    asking.declare(confidence="logprobs", more="accept: 0.7\n")
    asking.dump(["buy"])

    asking.run()

    assert scores(asking) == {"0": {"spam": 0.72}}
    assert asking.server.asked[0].body["logprobs"] is True


def test_an_endpoint_without_logprobs_casts_no_vote_where_they_are_the_confidence(asking):
    asking.declare(confidence="logprobs")
    asking.dump(["buy"])

    asking.run()

    assert (asking.labels(), asking.counted()) == ({"0": []}, {"answers without logprobs": 1})


def test_agreement_is_the_share_of_the_samples(asking):
    said = ["spam", "spam", "ham", "spam", "spam"]
    asking.server.script = lambda asked: completion(json.dumps({"label": said[asked.body["seed"] - 7]}))
    asking.declare(confidence="agreement", seed=7, more="accept: 0.7\n")
    asking.dump(["buy"])

    asking.run()

    assert scores(asking) == {"0": {"spam": 0.8}}
    assert sorted(each.body["seed"] for each in asking.server.asked) == [7, 8, 9, 10, 11]
    assert {each.body["temperature"] for each in asking.server.asked} == {0.7}


def test_each_class_is_asked_with_yes_or_no(asking):
    asking.server.script = lambda asked: completion('{"rude": true, "long": false}')
    asking.declare(labels={"rude": {}, "long": {}}, choose="each")
    asking.dump(["go away"])

    asking.run()

    assert asking.labels() == {"0": ["rude"]}
    schema = asking.server.asked[0].body["response_format"]["json_schema"]["schema"]
    assert schema["properties"] == {"rude": {"type": "boolean"}, "long": {"type": "boolean"}}


def test_a_model_that_abstains_casts_no_vote_and_nothing_is_counted(asking):
    asking.server.script = says(otherwise="unclear")
    asking.declare(abstain="unclear")
    asking.dump(["hm"])

    asking.run()

    assert (asking.labels(), asking.counted()) == ({"0": []}, {})


def test_a_quote_is_marked_wherever_it_stands(asking):
    asking.server.script = quoting(("red", "colour"), ("Cat", "animal"))
    asking.declare(use="llm.spans", labels=PLACES)
    asking.dump(["A red cat, a red dog; scattered"])

    asking.run()

    assert sorted(spans(asking)) == [
        (2, 5, "colour", 0.9), (6, 9, "animal", 0.9), (13, 16, "colour", 0.9),
    ]  # fmt: skip


def test_of_several_places_the_one_nearest_to_the_hint_is_marked(asking):
    asking.server.script = lambda asked: completion('{"spans": [{"text": "red", "label": "colour", "start": 12}]}')
    asking.declare(use="llm.spans", labels=PLACES, occurrence="nearest")
    asking.dump(["A red cat, a red dog"])

    asking.run()

    assert spans(asking) == [(13, 16, "colour", 0.9)]


def test_a_quote_that_is_not_in_the_text_is_never_marked_and_counted(asking):
    asking.server.script = quoting(("blue", "colour"), ("red", "colour"), ("dog", "plant"))
    asking.declare(use="llm.spans", labels=PLACES)
    asking.dump(["A red dog"])

    asking.run()

    assert spans(asking) == [(2, 5, "colour", 0.9)]
    assert asking.counted() == {"answers outside of the classes": 1, "quotes that are not in the text": 1}


def test_the_model_is_told_labels_and_their_sections(asking):
    (asking.folder / "guide.md").write_text("# Spam {#s1}\nIt sells.\n\n# Rest {#s2}\nAll else.\n", encoding="utf-8")
    (asking.folder / "ask.md").write_text("{{field}}\n{{labels}}\n\n{{guideline}}\n\n{{text}}", encoding="utf-8")
    labels = {
        "spam": {"label": "spam", "cites": ["s1"]}, "ham": {"label": "ham", "cites": ["s2"]},
    }  # fmt: skip
    guideline = 'guideline: {id: g, version: "1", file: guide.md}\n'
    asking.declare(prompt="ask.md", more=guideline)
    text = asking.ruleset.read_text().replace('{"spam": "spam", "ham": "ham"}', json.dumps(labels))
    asking.ruleset.write_text(text)
    asking.dump(["buy"])

    asking.run()

    user = asking.server.asked[0].body["messages"][1]["content"]
    head, _, _ = user.partition("\n\n=== DATA")
    assert head == "text\n- spam (guideline: s1)\n- ham (guideline: s2)\n\ns1 Spam\nIt sells.\n\ns2 Rest\nAll else."


def test_only_the_shown_view_of_the_asked_field_leaves(asking):
    asking.declare(
        field="body",
        more="record: {text: [title, body], meta: {secret: {type: text}}}\nprepare: [{use: html_text}]\n",
    )
    row = {"id": "0", "title": "a title", "body": "<b>buy</b> it", "secret": "hidden"}
    (asking.folder / "dump.jsonl").write_text(json.dumps(row) + "\n")

    asking.run()

    sent = json.dumps(asking.server.asked[0].body)
    assert asking.server.texts == ["buy it"]
    assert not any(each in sent for each in ("a title", "hidden", "<b>"))


def test_of_several_fields_the_class_is_that_of_all_together_and_marks_the_first(asking):
    asking.declare(fields=["title", "body"], more="record: {text: [title, note, body]}\n")
    rows = [
        {"id": "0", "title": "Sale", "note": "n", "body": "buy"},
        {"id": "1", "title": " ", "note": "n", "body": "b"},
    ]
    (asking.folder / "dump.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))

    asking.run()

    places = {id: [(part["field"], part["start"], part["end"]) for vote in said["annotations"][0]["votes"]
                   for part in vote["evidence"]] for id, said in asking.said().items()}  # fmt: skip
    assert asking.server.texts == ["Sale\n\nbuy", "b"]
    assert places == {"0": [("title", 0, 4)], "1": [("body", 0, 1)]}


def test_empty_and_too_long_texts_are_not_asked_about(asking):
    asking.declare(max_chars=1000)
    asking.dump(["  ", "x" * 1_000_000, "hello"])

    done = asking.run()

    assert (done.code, asking.server.texts) == (0, ["hello"])
    assert asking.counted() == {"texts too long to be asked about": 1}


def test_records_that_cheaper_rules_settle_are_not_asked_about(asking):
    asking.declare(more="rules: [{id: sells, label: spam, when: '\"buy\"', confidence: 0.95}]\n")
    asking.dump(["buy now", "hello"])

    asking.run()

    assert (asking.server.texts, asking.labels()) == (["hello"], {"0": ["spam"], "1": ["ham"]})


def test_a_plan_estimates_and_asks_nothing(asking):
    asking.declare(prices={"input": 1000, "output": 1000}, more="budget: {tokens: 10}\n")
    asking.dump(["hello"] * 3)

    done = asking.run("--plan", "--json")

    told = json.loads(done.out)
    assert (done.code, asking.server.asked) == (0, [])
    spend = told["stages"][-1]["asked"]
    tokens = spend["tokens_in"] + spend["tokens_out"]
    assert (spend["calls"], spend["money"]) == (3, round(tokens / 1000, 4))
    assert told["over_budget"] == ([f"10 tokens are allowed, about {tokens} may be needed: then the run pauses"])


def test_a_plan_counts_questions_of_a_budget_and_not_the_answers_compared(asking):
    asking.declare(confidence="agreement", samples=3, more="budget: {records: 4}\n")
    asking.dump(["hello", "", "bye", "  "])

    [stage] = json.loads(asking.run("--plan", "--json").out)["stages"]

    assert (stage["asked"]["questions"], stage["asked"]["calls"]) == (2, 6)


def test_a_plan_after_an_edit_estimates_only_what_is_asked_anew(asking):
    other = "  other: {use: llm.classify, model: scripted, confidence: 0.8, labels: {spam: spam, ham: ham}%s}\n"
    budget = "budget: {records: 6}\n"
    asking.declare(more=other % f", base_url: '{asking.server.url}'" + budget)
    asking.dump(["hello", "buy now", "bye"])
    done = asking.run()
    asking.declare(confidence=0.7, more=other % f", base_url: '{asking.server.url}'" + budget)

    told = json.loads(asking.run("--after", asking.folder / "out", "--plan", "--json", name="next").out)

    [stage] = told["stages"]
    assert done.code == 0
    assert (stage["asked"]["questions"], stage["asked"]["calls"], told["over_budget"]) == (3, 3, [])


def test_outside_of_a_run_a_text_is_asked_about_once(asking):
    import rubricate

    asking.declare()
    rules = rubricate.load(asking.ruleset)

    labels = [each.label for result in (*rules.annotate(["hello"]), *rules.annotate(["hello"]))
              for each in result.annotations]  # fmt: skip

    assert (labels, asking.server.texts) == (["ham", "ham"], ["hello"])


def test_a_long_batch_is_not_taken_for_one_that_hangs(asking):
    asking.server.script = lambda asked: Reply(200, completion('{"label": "ham"}').body, delay=0.5)
    asking.declare(concurrency=1)
    asking.dump([f"hello {number}" for number in range(6)])

    done = asking.run("--workers", "1", "--patience", "2")

    assert (done.code, len(asking.server.asked), asking.manifest()["body"]["counts"]["routes"]["accepted"]) == (0, 6, 6)


def test_a_request_holds_what_the_matcher_says_and_nothing_else(asking):
    asking.declare(temperature=0.5, max_tokens=9, seed=3, form="plain", extra={"top_p": 0.9, "user": "me"})
    asking.dump(["hello"])

    asking.run()

    body = dict(asking.server.asked[0].body)
    assert [message["role"] for message in body.pop("messages")] == ["system", "user"]
    assert body == {
        "model": "scripted", "temperature": 0.5, "max_tokens": 9, "seed": 3, "top_p": 0.9, "user": "me",
    }  # fmt: skip


def test_trusted_certificates_are_read_once_for_all_batches(asking, monkeypatch):
    import openai

    import rubricate
    from rubricate_llm import calling

    read = []
    transport = calling._transport(openai)
    create = transport.create_ssl_context
    monkeypatch.setattr(transport, "create_ssl_context", lambda: read.append(1) or create())
    calling._trusted.cache_clear()
    asking.declare()
    rules = rubricate.load(asking.ruleset)

    for text in ("one", "two", "three"):
        rules.annotate_one(text)

    assert (asking.server.texts, len(read)) == (["one", "three", "two"], 1)
