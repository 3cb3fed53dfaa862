"""Models as stages of rulesets."""

import json
import shutil

import pytest

import rubricate
from rubricate.errors import RulesetError
from support.command import call

pytest.importorskip("torch", reason="not installed: make models")
pytest.importorskip("transformers", reason="not installed: make models")

HEAD = 'ruleset: people\nversion: "1.0.0"\nrecord: {text: [text]}\n'
RULESET = f"""\
{HEAD}labels:
  mood: {{one_of: [fine, poor, strange]}}
  person: {{kind: span}}
matchers:
  tagger: {{use: transformers.token_classification, model: tagger, labels: {{PER: person}}}}
  mood: {{use: transformers.text_classification, model: classifier, labels: {{good: fine, bad: poor, odd: strange}}}}
decide: {{mood: {{accept: 0.4}}}}
rules:
  - {{id: says-good, label: fine, when: '"good"', confidence: 0.9}}
"""


@pytest.fixture
def project(models, tmp_path):
    """A folder with models beside a ruleset."""
    for name in ("tagger", "classifier"):
        shutil.copytree(models / name, tmp_path / name)
    (tmp_path / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    return tmp_path


def test_classes_vote_for_the_labels_that_they_are_mapped_to(project):
    rules = rubricate.load(project / "ruleset.yaml")

    labelled = rules.annotate_one("hello Anna Smith")

    spans = [(span.label, span.start, span.end) for span in labelled.annotations if span.kind == "span"]
    assert spans == [("person", 6, 16)]
    assert {vote.rule for vote in labelled.votes} == {"tagger: PER", "mood: good", "mood: bad", "mood: odd"}


def test_a_record_that_a_cheap_rule_settles_is_spared_the_classifier(project):
    rules = rubricate.load(project / "ruleset.yaml")

    labelled = rules.annotate_one("good")

    assert [vote.rule for vote in labelled.votes] == ["says-good"]


def test_a_class_that_the_model_does_not_give_is_answered_with_those_that_it_gives(project):
    path = project / "ruleset.yaml"
    path.write_text(RULESET.replace("odd: strange", "mixed: strange"), encoding="utf-8")

    with pytest.raises(RulesetError) as raised:
        rubricate.load(path)

    problem = raised.value.problems[0]
    assert (problem.code, problem.message) == ("R041", '"mood" gives no class "mixed"')
    assert problem.help == "classes: bad, good or odd"


def test_other_weights_make_another_plan(project):
    before = rubricate.load(project / "ruleset.yaml").plan
    path = project / "classifier" / "config.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    after = rubricate.load(project / "ruleset.yaml").plan

    assert before.digest != after.digest
    assert sorted(after.models["mood"]) == [
        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    ]  # fmt: skip


def test_a_run_keeps_how_often_a_model_gave_no_number(project):
    tensors = pytest.importorskip("safetensors.torch")
    path = project / "classifier" / "model.safetensors"
    weights = tensors.load_file(path)
    weights["classifier.bias"][0] = float("nan")
    tensors.save_file(weights, path, metadata={"format": "pt"})
    texts = ("hello", "good day", "Anna")
    (project / "dump.jsonl").write_text("".join(f"{json.dumps({'id': text, 'text': text})}\n" for text in texts))

    done = call("run", project / "ruleset.yaml", project / "dump.jsonl", "--out", project / "out", "--workers", 0)

    manifest = json.loads((project / "out" / "manifest.json").read_bytes())
    told = {each["matcher"]: each["counted"] for each in manifest["annex"]["usage"]}
    assert (done.code, manifest["body"]["counts"]["routes"]["quarantined"]) == (0, 0)
    assert told == {"mood": {"texts of which the model gives no number": 3}}
    assert "counted mood (stage model): texts of which the model gives no number 3" in done.out.splitlines()


@pytest.mark.slow
def test_runs_in_this_process_and_in_workers_write_the_same(project):
    words = ["hello", "Anna", "Smith", "good", "bad", "world"]
    lines = [
        json.dumps({"id": f"r{number}", "text": " ".join(words[number % 5 :] * (1 + number % 3))})
        for number in range(60)
    ]
    (project / "dump.jsonl").write_text("\n".join(lines), encoding="utf-8")

    for workers in (0, 1):
        done = call("run", project / "ruleset.yaml", project / "dump.jsonl", "--out", project / f"out{workers}",
                    "--workers", workers, "--unit-size", 1000, "-q")  # fmt: skip
        assert done.code == 0, done.err

    digests = [json.loads((project / f"out{workers}" / "manifest.json").read_text())["digest"] for workers in (0, 1)]
    assert digests[0] == digests[1]


def test_a_run_whose_gpu_is_absent_says_so(project):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    path = project / "ruleset.yaml"
    path.write_text(RULESET.replace("model: classifier,", "model: classifier, device: cuda,"), encoding="utf-8")
    (project / "dump.jsonl").write_text('{"id": "1", "text": "hello"}\n' * 30, encoding="utf-8")

    done = call("run", path, project / "dump.jsonl", "--out", project / "out", "--workers", 0, "-q")

    assert done.code != 0
    assert 'the device "cuda" was asked for, and there is no GPU that torch can use' in done.err
    assert "Traceback" not in done.err
