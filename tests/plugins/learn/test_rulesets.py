"""A trained model as a stage of a ruleset."""

import json

from support.command import call
from support.models import needs

needs("sklearn")

RULESET = """\
ruleset: comments
version: "1.0.0"
record: {{text: [text]}}
labels: [spam, ham]
matchers:
  small: {{use: learn.classify, model: {model}, labels: {labels}}}
decide: {{labels: {{accept: 0.6}}}}
rules:
  - {{id: link, label: spam, when: '"www"', confidence: 0.9, hit: ["www"], miss: ["song"]}}
"""


def declare(folder, model, labels="{spam: spam, ham: ham}"):
    path = folder / "ruleset.yaml"
    path.write_text(RULESET.format(model=model, labels=labels), encoding="utf-8")
    return path


def test_a_record_that_a_rule_settles_never_reaches_the_model(counting, tmp_path):
    ruleset = declare(tmp_path, counting)
    dump = tmp_path / "dump.jsonl"
    dump.write_text('{"id": "1", "text": "www"}\n{"id": "2", "text": "a lovely song"}\n', encoding="utf-8")

    assert call("run", ruleset, dump, "--out", tmp_path / "out", "--quiet").code == 0

    stages = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["body"]["counts"]["stages"]
    assert [(stage["name"], stage["asked"], stage["closed"]) for stage in stages] == [
        ("lexical", 2, 1),
        ("model", 1, 1),
    ]


def test_the_lock_pins_the_files_of_the_model(counting, tmp_path):
    ruleset = declare(tmp_path, counting)

    assert call("lock", ruleset).code == 0

    lock = (tmp_path / "ruleset.lock").read_text(encoding="utf-8")
    assert all(name in lock for name in ("model.json", "vocabulary.json", "weights.safetensors"))


def test_labels_that_the_model_does_not_give_are_an_error(counting, tmp_path):
    called = call("check", declare(tmp_path, counting, "{spam: spam, eggs: ham}"))

    assert called.code == 2
    assert '"eggs"' in called.out


def test_labels_that_the_ruleset_does_not_have_are_an_error(counting, tmp_path):
    called = call("check", declare(tmp_path, counting, "{spam: spam, ham: bacon}"))

    assert called.code == 2
    assert '"bacon"' in called.out


def test_a_tampered_model_is_an_error_at_its_place(copied, tmp_path):
    (copied / "vocabulary.json").write_text("[]", encoding="utf-8")

    called = call("check", declare(tmp_path, "spoilt"))

    assert called.code == 2
    assert 'R041 error: "vocabulary.json" is not what "model.json" pins: it was changed, or is not whole' in called.out
    assert "ruleset.yaml:6:" in called.out


def test_a_model_that_was_not_asked_is_not_said_to_have_found_nothing(counting, tmp_path):
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(
        'ruleset: r\nversion: "1.0.0"\nlabels: [spam, ham]\n'
        f"matchers: {{small: {{use: learn.classify, model: {counting}}}}}\n"
        "rules:\n"
        '  - {id: r, label: spam, when: \'small where (it.class == "spam") and "www"\', confidence: 0.9}\n',
        encoding="utf-8",
    )

    told = call("why-not", ruleset, "r", "subscribe to my page").out.splitlines()

    assert told[1:5] == [
        "  small",
        "     small was not looked for: whatever it found, no rule could hold",
        '  "www"',
        '     "www" is not found',
    ]
