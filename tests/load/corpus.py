"""Folders of notes made from a seed: small ones in great number."""

import random
from pathlib import Path

_PER_FOLDER = 1_000
_WORDS = (
    *("显存", "量化", "检索", "向量", "训练", "推理", "缓存", "注意力", "模型", "数据"),
    *("上下文", "提示词", "微调", "权重", "精度", "采样", "评测", "切片", "重排", "召回"),
    *("并行", "梯度", "损失", "学习率", "批次", "词表", "编码", "解码", "蒸馏", "对齐"),
)
_ENDS = ("。", "，", "；")


def write_small_notes(folder: Path, count: int, seed: int = 1) -> None:
    """Write notes of one or two passages each, a thousand to a folder."""
    draw = random.Random(seed)
    for number in range(count):
        if number % _PER_FOLDER == 0:
            below = folder / f"{number // _PER_FOLDER:03}"
            below.mkdir(parents=True)
        (below / f"{number:06}.md").write_text(_text(draw, number), encoding="utf-8")


def _text(draw: random.Random, number: int) -> str:
    words = draw.choices(_WORDS, k=draw.randint(20, 60))
    body = "".join(word + draw.choice(_ENDS) for word in words)
    return f"# 第{number}条\n\n{body}编号{number}。\n"
