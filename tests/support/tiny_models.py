"""Models of a few kilobytes in the form that transformers saves, made in a moment and the same each time."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["TAGS", "make_byte_tagger", "make_classifier", "make_encoder", "make_entailment", "make_tagger"]

WORDS = (
    "anna",
    "smith",
    "berlin",
    "dub",
    "##lin",
    "zu",
    "##rich",
    "lives",
    "in",
    "and",
    "hello",
    "world",
    "good",
    "bad",
)
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
TAG_OF = {"anna": 1, "smith": 2, "berlin": 3, "dub": 3, "##lin": 4, "zu": 1, "##rich": 3}
"""Token -> its tag; every other one is O."""
UNSURE = frozenset({"zu"})
"""Tokens whose tag is not quite sure."""
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST = 64
"""Tokens that the models take."""
SIZE = 16


def make_classifier(folder: Path, classes: Sequence[str] = ("bad", "good", "odd"), **config: object) -> Path:
    """A classifier of texts with random weights."""
    import transformers

    return _save(folder, transformers.BertForSequenceClassification, classes, config)


def make_entailment(folder: Path) -> Path:
    """A model of entailment with random weights."""
    return make_classifier(folder, ("contradiction", "neutral", "entailment"))


def make_encoder(folder: Path) -> Path:
    """An encoder with random weights, for sentence embeddings."""
    import transformers

    return _save(folder, transformers.BertModel, (), {})


def make_tagger(folder: Path) -> Path:
    """A tagger that knows the words of `TAG_OF` and looks at nothing else: neither at place nor at neighbours."""
    vocabulary = _vocabulary()
    return _tagger(folder, vocabulary, _tokenizer(vocabulary), TAG_OF)


def make_byte_tagger(folder: Path, characters: str) -> Path:
    """A tagger whose tokens are bytes, and for which every byte of these characters is of a place."""
    import tokenizers
    import transformers

    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate((*SPECIAL, *alphabet))}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    bytes_of = {token for token, _ in made.pre_tokenizer.pre_tokenize_str(characters)}
    _end(made, vocabulary)
    tags = {sign: TAGS.index("I-LOC") for token in bytes_of for sign in token}
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=LONGEST, **_named())
    return _tagger(folder, vocabulary, tokenizer, tags)


def _tagger(folder: Path, vocabulary: Mapping[str, int], tokenizer: Any, tags: Mapping[str, int]) -> Path:
    import torch
    import transformers

    config = {"num_hidden_layers": 0, "hidden_dropout_prob": 0.0, "vocab_size": len(vocabulary)}
    path = _save(folder, transformers.BertForTokenClassification, TAGS, config)
    tokenizer.save_pretrained(path)
    model = transformers.BertForTokenClassification.from_pretrained(path)
    with torch.no_grad():
        for part in (model.bert.embeddings.position_embeddings, model.bert.embeddings.token_type_embeddings):
            part.weight.zero_()
        words = model.bert.embeddings.word_embeddings.weight.zero_()
        for token, number in vocabulary.items():
            tag = tags.get(token, 0)
            words[number, tag] = 1.0
            if token in UNSURE:
                words[number, 0] = 0.8
        model.classifier.bias.zero_()
        model.classifier.weight.zero_()
        for tag in range(len(TAGS)):
            model.classifier.weight[tag, tag] = 2.0
    model.save_pretrained(path)
    return path


def _vocabulary() -> dict[str, int]:
    signs = [*string.ascii_lowercase, *string.digits, *string.punctuation]
    pieces = [f"##{sign}" for sign in (*string.ascii_lowercase, *string.digits)]
    tokens = dict.fromkeys((*SPECIAL, *WORDS, *signs, *pieces))
    return {token: number for number, token in enumerate(tokens)}


def _save(folder: Path, kind: Any, classes: Sequence[str], more: Mapping[str, object]) -> Path:
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    vocabulary = _vocabulary()
    names = dict(enumerate(classes))
    with torch.random.fork_rng():
        torch.manual_seed(7)
        config = transformers.BertConfig(
            **{
                "vocab_size": len(vocabulary),
                "hidden_size": SIZE,
                "num_hidden_layers": 2,
                "num_attention_heads": 2,
                "intermediate_size": 32,
                "max_position_embeddings": LONGEST,
                "initializer_range": 0.5,
                **({"id2label": names, "label2id": {name: number for number, name in names.items()}} if names else {}),
                **more,
            }
        )
        model = kind(config)
    model.save_pretrained(folder)
    _tokenizer(vocabulary).save_pretrained(folder)
    return folder


def _tokenizer(vocabulary: Mapping[str, int]) -> Any:
    import tokenizers
    import transformers

    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocab=dict(vocabulary), unk_token="[UNK]"))
    made.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    made.decoder = tokenizers.decoders.WordPiece()
    _end(made, vocabulary)
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=LONGEST, **_named())


def _end(made: Any, vocabulary: Mapping[str, int]) -> None:
    """Puts signs around texts and pairs of texts."""
    import tokenizers

    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")],
    )


def _named() -> dict[str, str]:
    return {f"{name.strip('[]').lower()}_token": name for name in SPECIAL}
