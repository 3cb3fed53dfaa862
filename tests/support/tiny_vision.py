"""Models of pictures of a few kilobytes in the forms that people have them, made in a moment and the same each time."""

from __future__ import annotations

import io
import json
import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = [
    "BOX",
    "document_of",
    "drawn",
    "make_clip",
    "make_colour_model",
    "make_detector",
    "make_picture_classifier",
    "make_siglip",
    "make_uneven_classifier",
    "painted",
    "picture_of",
    "written",
]

CLASSES = ("cat, true cat", "dog", "car")
BOX = (0.25, 0.5, 0.5, 0.25)
"""x, y, width and height of what the detector finds, as shares of the picture."""
SIDE = 32


def written(image: Any, format: str = "PNG", **options: object) -> bytes:
    """An image of Pillow as the bytes of a file."""
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def painted(colour: str, width: int = 40, height: int = 30, *, format: str = "PNG") -> bytes:
    """A picture in one colour."""
    from PIL import Image

    return written(Image.new("RGB", (width, height), colour), format)


def drawn(size: int = 96, *, turn: int = 0) -> Any:
    """An image with shapes in it, the same each time; `turn` gives others."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(image)
    for number in range(6):
        at = (number * 37 + turn * 23) % 61 / 96 * size, (number * 53 + turn * 41) % 67 / 96 * size
        shade = (number * 71 + turn * 31) % 200
        draw.ellipse((*at, at[0] + size / 3, at[1] + size / 4), fill=(shade, 200 - shade, shade // 2))
    return image


def picture_of(data: bytes, field: str = "photo") -> Any:
    """The picture of a file's bytes."""
    from rubricate.api import open_picture

    return open_picture(field, data)


def document_of(*pictures: bytes, ordinal: int = 0, clean: Mapping[str, str] | None = None) -> Any:
    """A document with pictures in the fields `photo`, `photo2`, ..."""
    from rubricate.model.document import Document
    from rubricate.texts.folding import make_folder

    names = ["photo", *(f"photo{number}" for number in range(2, len(pictures) + 1))]
    opened = {name: picture_of(data, name) for name, data in zip(names, pictures, strict=False)}
    return Document(
        id=f"r{ordinal}", ordinal=ordinal, original={}, clean=dict(clean or {}), maps={}, meta={},
        fold=make_folder(("casefold",)), pictures=opened,
    )  # fmt: skip


def make_colour_model(folder: Path, classes: Sequence[str] = ("red", "green", "blue"), **processor: object) -> Path:
    """A classifier in the form ONNX that says which channel of a picture is the strongest."""
    import onnx

    folder.mkdir(parents=True)
    helper, number = onnx.helper, onnx.TensorProto.FLOAT
    nodes = [
        helper.make_node("GlobalAveragePool", ["pixels"], ["means"]),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("Mul", ["flat", "steepness"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "colours",
        [helper.make_tensor_value_info("pixels", number, ["n", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("logits", number, ["n", 3])],
        [helper.make_tensor("steepness", number, [1], [4.0])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    _write(folder / "config.json", {"model_type": "vit", "id2label": dict(enumerate(classes))})
    told = {"size": {"height": SIDE, "width": SIDE}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3, **processor}
    _write(folder / "preprocessor_config.json", told)
    return folder


def make_picture_classifier(folder: Path, **config: object) -> Path:
    """A classifier with random weights."""
    import transformers

    _quiet(transformers)
    model = _seeded(
        transformers.ViTForImageClassification,
        transformers.ViTConfig(**{**_small(), "image_size": SIDE, **_named(CLASSES), **config}),
    )
    model.save_pretrained(folder)
    _write(folder / "preprocessor_config.json", _processor("ViTImageProcessor", do_center_crop=False))
    return folder


def make_uneven_classifier(folder: Path, **processor: object) -> Path:
    """A classifier with random weights that takes pictures of any size, and by itself is given them as they are."""
    import transformers

    _quiet(transformers)
    config = transformers.ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic", **_named(CLASSES)
    )
    _seeded(transformers.ResNetForImageClassification, config).save_pretrained(folder)
    told = {"do_resize": False, "do_center_crop": False, **processor}
    _write(folder / "preprocessor_config.json", _processor("ViTImageProcessor", **told))
    return folder


def make_detector(folder: Path) -> Path:
    """A detector that finds a dog at `BOX` of every picture."""
    import torch
    import transformers

    _quiet(transformers)
    config = transformers.YolosConfig(
        **_small(), image_size=[SIDE, SIDE], num_detection_tokens=1, **_named(("cat", "dog"))
    )
    model = _seeded(transformers.YolosForObjectDetection, config)
    left, top, width, height = BOX
    box = torch.tensor([left + width / 2, top + height / 2, width, height])
    with torch.no_grad():
        for head in (model.bbox_predictor, model.class_labels_classifier):
            head.layers[-1].weight.zero_()
            head.layers[-1].bias.zero_()
        model.bbox_predictor.layers[-1].bias.copy_(torch.logit(box))
        model.class_labels_classifier.layers[-1].bias.copy_(torch.tensor([0.5, 2.0, -1.0]))
    model.save_pretrained(folder)
    told = _processor("YolosImageProcessor", size={"shortest_edge": SIDE, "longest_edge": SIDE * 2}, do_pad=True)
    _write(folder / "preprocessor_config.json", told)
    return folder


def make_clip(folder: Path) -> Path:
    """A model of pictures and texts with random weights."""
    import transformers

    _quiet(transformers)
    tokenizer = _tokenizer()
    texts = {**_small(), "vocab_size": len(tokenizer), "max_position_embeddings": 64, "eos_token_id": 1,
             "bos_token_id": 2, "pad_token_id": 0}  # fmt: skip
    config = transformers.CLIPConfig(
        text_config=texts, vision_config={**_small(), "image_size": SIDE}, projection_dim=8
    )
    _seeded(transformers.CLIPModel, config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _write(folder / "preprocessor_config.json", _processor("CLIPImageProcessor"))
    return folder


def make_siglip(folder: Path) -> Path:
    """A model of pictures and texts that scores each text for itself, with random weights."""
    import transformers

    _quiet(transformers)
    tokenizer = _tokenizer()
    texts = {**_small(), "vocab_size": len(tokenizer), "max_position_embeddings": 64, "projection_size": 16}
    config = transformers.SiglipConfig(text_config=texts, vision_config={**_small(), "image_size": SIDE})
    _seeded(transformers.SiglipModel, config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _write(folder / "preprocessor_config.json", _processor("SiglipImageProcessor", do_center_crop=False))
    return folder


def _small() -> dict[str, Any]:
    return {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
            "patch_size": 8, "initializer_range": 0.5}  # fmt: skip


def _named(classes: Sequence[str]) -> dict[str, Any]:
    return {"id2label": dict(enumerate(classes)), "label2id": {name: number for number, name in enumerate(classes)}}


def _processor(kind: str, **more: object) -> dict[str, object]:
    return {"image_processor_type": kind, "size": {"height": SIDE, "width": SIDE}, "do_resize": True,
            "do_center_crop": True, "crop_size": {"height": SIDE, "width": SIDE}, "do_normalize": True,
            "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "do_rescale": True, "resample": 3, **more}  # fmt: skip


def _seeded(kind: Any, config: Any) -> Any:
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(7)
        return kind(config).eval()


def _tokenizer() -> Any:
    """One that reads letter by letter; 0 fills up, 1 ends, 2 begins."""
    import tokenizers
    import transformers

    signs = ["[PAD]", "[EOS]", "[BOS]", "[UNK]", *string.ascii_lowercase, " ", ".", ","]
    made = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({sign: number for number, sign in enumerate(signs)}, unk_token="[UNK]")
    )
    made.normalizer = tokenizers.normalizers.Lowercase()
    made.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="[BOS] $A [EOS]", special_tokens=[("[BOS]", 2), ("[EOS]", 1)]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=64, pad_token="[PAD]", eos_token="[EOS]", bos_token="[BOS]",
        unk_token="[UNK]",
    )  # fmt: skip


def _quiet(transformers: Any) -> None:
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()


def _write(path: Path, told: Mapping[str, object]) -> None:
    path.write_text(json.dumps(told), encoding="utf-8")
