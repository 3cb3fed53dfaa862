"""A configuration is read, and refused where it asks for code or for what lies elsewhere."""

import json

import pytest

from rubricate.api import OptionError, check_config, read_config


def said(path, **told):
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(OptionError) as raised:
        check_config(path, option="encoder")
    return raised.value.option, raised.value.message


def test_a_configuration_that_asks_for_nothing_is_given(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"model_type": "bert", "attn_implementation": "eager"}', encoding="utf-8")

    assert check_config(path) == {"model_type": "bert", "attn_implementation": "eager"}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"auto_map": {"AutoModel": "m.M"}}, '"config.json" asks to run code that comes with the model (auto_map)'),
        ({"quantization_config": {"bits": 4}}, '"config.json" asks for a quantised model'),
        ({"kernel_config": {}, "_attn_implementation": "some/kernel"},
         '"config.json" names a kernel to be fetched (_attn_implementation)'),
        ({"kernel_config": {"a": 1}}, '"config.json" names a kernel to be fetched (kernel_config)'),
    ],
    ids=["code", "quantised", "kernel", "kernels"],
)  # fmt: skip
def test_what_runs_code_or_lies_elsewhere_is_refused(told, message, tmp_path):
    assert said(tmp_path / "config.json", **told) == ("encoder", message)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"{", '"a.json" is no JSON'), (b"[" * 100_000, '"a.json" is no JSON'), (b"[]", '"a.json" is no mapping')],
    ids=["cut off", "deep", "list"],
)
def test_what_is_no_mapping_is_told(content, message, tmp_path):
    (tmp_path / "a.json").write_bytes(content)

    with pytest.raises(OptionError) as raised:
        read_config(tmp_path / "a.json")
    assert (raised.value.option, raised.value.message) == ("model", message)
