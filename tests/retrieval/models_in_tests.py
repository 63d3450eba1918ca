"""Models that tests make: folders as sentence-transformers writes them, with random weights."""

import json
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    BertTokenizerFast,
    Qwen3Config,
    Qwen3ForSequenceClassification,
)

_WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,?!大小语言模型的微调人工智能半个字符"
_TINY: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
}


def vocabulary(folder: Path) -> BertTokenizerFast:
    words = [*_WORDS, *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), model_max_length=64)
    tokenizer.save_pretrained(folder)
    return tokenizer


def bert(seed: int = 0, **more: Any) -> BertConfig:  # noqa: ANN401 - as the library takes them
    torch.manual_seed(seed)
    words = len(_WORDS) + 2 * len(_LETTERS)
    return BertConfig(vocab_size=words, max_position_embeddings=64, **_TINY, **more)


def tiny_encoder(folder: Path, seed: int = 0, prompts: dict[str, str] | None = None) -> Path:
    """Make a bi-encoder of 32 dimensions that reads 64 tokens."""
    plain = folder.with_name(folder.name + "-plain")
    plain.mkdir(parents=True)
    vocabulary(plain)
    BertModel(bert(seed)).save_pretrained(plain)
    reads = Transformer(str(plain), max_seq_length=64)
    model = SentenceTransformer(modules=[reads, Pooling(32, "mean")], device="cpu")
    model.prompts = prompts or {}
    model.save_pretrained(str(folder), create_model_card=False)
    return folder


def tiny_scorer(folder: Path, labels: int = 1, seed: int = 0) -> Path:
    """Make a cross-encoder that reads 64 tokens."""
    folder.mkdir(parents=True)
    vocabulary(folder)
    BertForSequenceClassification(bert(seed, num_labels=labels)).save_pretrained(folder)
    return folder


def tiny_language_scorer(folder: Path) -> Path:
    """Make a cross-encoder that is a language model with one label."""
    folder.mkdir(parents=True)
    tokenizer = vocabulary(folder)
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=len(tokenizer), num_key_value_heads=1, head_dim=16, num_labels=1, **_TINY
    )
    config.pad_token_id = tokenizer.pad_token_id
    Qwen3ForSequenceClassification(config).save_pretrained(folder)
    return folder


def rewrite(file: Path, **values: object) -> None:
    """Change values of a JSON file."""
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}), encoding="utf-8")
