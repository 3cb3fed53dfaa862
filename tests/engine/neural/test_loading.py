"""torch is loaded when a model is asked for, and asked so that the same input gives the same answer."""

import subprocess
import sys

import pytest

from rubricate.api import MissingExtraError, ModelLoadError, load_part, need_torch, settled, torch_device
from support.models import needs


def test_the_api_loads_no_torch():
    program = "import sys, rubricate.api; print(sorted({'numpy', 'torch', 'transformers'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_needs_torch_is_named_where_it_is_missing():
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from rubricate.api import MissingExtraError, need_torch\n"
        "try:\n    need_torch('my kind')\nexcept MissingExtraError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str(MissingExtraError("my kind", "transformers"))


def test_what_a_process_had_set_comes_back():
    needs("torch", "transformers")
    need_torch("a test")
    import torch

    torch.use_deterministic_algorithms(False)
    with settled():
        inside = torch.are_deterministic_algorithms_enabled(), torch.is_inference_mode_enabled()

    assert inside == (True, True)
    assert (torch.are_deterministic_algorithms_enabled(), torch.is_inference_mode_enabled()) == (False, False)


def test_a_device_that_is_not_there_is_an_error():
    needs("torch", "transformers")
    need_torch("a test")

    assert torch_device("cpu") == "cpu"
    with pytest.raises(ModelLoadError, match=r'^the device "cuda:63" was asked for, and there .*: say `device: auto`$'):
        torch_device("cuda:63")


def test_what_cannot_be_loaded_is_told_by_its_name(tmp_path):
    needs("torch", "transformers")
    need_torch("a test")

    with pytest.raises(ModelLoadError, match=r"^the processor in .* cannot be loaded: "):
        load_part("AutoImageProcessor", str(tmp_path), what="processor")
