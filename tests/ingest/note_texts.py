"""Text as notes have it: lines of every shape that parsing knows, among lines of any kind."""

from hypothesis import strategies as st

SHAPES = (
    "# 题目",
    "## [视频](https://example.org/video/7?p=2) ##",
    "### 07",
    "####\u00a0不断行",
    "#",
    "小林 2024/3/7 9:05:12",
    "阿毛\u00a02024/3/7\u00a09:06:40\u00a0\u00a0",
    "大海 2024/3/7 10:06:00 阿毛",
    " 16:23:11",
    "See the sea 8:54:25",
    "2024-05-11 21:03:15 小葵(10086123)",
    "———— 2024-05-12 ————",
    "山药: 分辨率多少",
    "[2024/3/7 21:05] 小林: 在吗",
    "07/03/2024, 21:05 - Mossy: hello",
    "07/03/2024, 21:06 - Mossy left",
    "Mossy — 03/07/2024 9:05 PM",
    " — 2024/03/07 21:05",
    "鹿鸣 昨天 21:05",
    "鹿鸣  21:06",
    "鹿鸣:",
    "消息对象:显存互助群",
    "====================",
    "「小林：两张卡怎么并行」",
    "- - - - - - - - - -",
    "> 小林: 两张卡怎么并行",
    "回复 小林: 两张卡怎么并行",
    "@阿毛 有论文吗",
    "小林   @阿毛 还要加上缓存",
    "hbx",
    "回复 @阿毛 : 不会叠加",
    "2024-01-17 23:20 👍13",
    "2024-01-18 09:39",
    "2024-03-01",
    "青木",
    "@aoki_ai",
    "11:18 训练语料很大",
    "[01:05] 大约三十万遍",
    "15:52",
    "[视频时间戳：](https://example.org/video/7?t=697.0&p=2)",
    "首页 专栏 登录 注册",
    "Accept all cookies",
    "Share Tweet Facebook LinkedIn",
    "相关文章",
    "Advertisement",
    "👉 特训营 限时优惠 👈",
    "零基础到高薪，扫码免费领取学习资料，名额有限",
    "-END-",
    "© 2024 All rights reserved.",
    (
        "一文看懂显存 三分钟学会正则 缓存击穿怎么办 容器入门指南 前端面试题汇总 一文读懂消息队列 "
        "索引失效的十种情况 容器网络详解 微服务拆分原则 分布式事务方案对比 装饰器详解 协程调度"
    ),
    "```python",
    "```",
    "~~~~",
    "<!-- cut -->",
    "---cut---",
    "前%%注%%后",
    "%%",
    "%% 从这里起",
    "到这里止 %%",
    "正文 <!-- 行内 --> 正文",
    "<!-- 一行 -->",
    "<!--",
    "-->",
    "> %%引文里%%",
    "- <!-- 项 -->",
    "[//]: # (旧式)",
    f"前 ![图](data:image/png;base64,{'iVBORw0KGgo' * 20}) 后",
    "正文[^一]与[^2]",
    "[^一]: 脚注",
    "[^2]: 另一条",
    "=====",
    "+++",
    "---",
    "***",
    "_ _ _",
    "title: 题目",
    "tags: [显存, 推理]",
    "chunk: whole",
    "| 卡 | 显存 |",
    "|---|---|",
    "- 一",
    "    - 二",
    "1. 背景",
    "> 引文",
    "<div>",
    "[注]: https://example.org/a",
    "$$x<y$$",
    "正文 #标签 里",
    "显存放着权重、缓存和激活，三样加起来不能超过卡的容量。" * 9,
    "no seam" * 150,
    "\u2028",
    "\u3000",
    "",
    "",
    "",
    "",
)
GROUPS = (
    "### 07\n\n2024-03-01\n\n青木\n\n@aoki_ai",
    "### 08\n2024-03-02\n大田\n@ota\n上下文越长，检索越要紧。",
    "小林 2024/3/7 9:05:12\n两张卡怎么并行",
    "阿毛 2024/3/7 9:06:00 小林\n小林\n两张卡怎么并行\n@小林 张量并行",
    " 16:23:11\n只推理要什么卡\n\n阿毛 16:23:26\n二十四吉",
    "山药 昨天 21:05\n出图\n鹿鸣 昨天 21:06\n分辨率\n山药 昨天 21:07\n宽一千",
    "———— 2024-05-12 ————\n\n山药: 出图有两个头\n鹿鸣：分辨率多少",
    "hbx\n不会叠加\n2024-01-17 23:20 👍13",
    "阿布\n2024-01-18 10:06",
    "11:18 语料\n11:20 很大\n11:30 真的",
    "15:52\n老师要介入。\n17:09",
    "\n显存的去处\n\n权重占大头，其次是缓存。\n",
    "首页 专栏 登录 注册\n\n一段话，说得很完整。",
    "```sh\n# 注释\n```",
    "| 卡 | 显存 |\n|---|---|\n| 甲 | 24 |",
)
LINE_ENDS = ("\n", "\n", "\n", "\r\n", "\r", "\n\n")
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@st.composite
def note_texts(draw: st.DrawFn) -> str:
    """Draw the text of a note."""
    # A note repeats itself: it is made of a few shapes, and of some lines of any kind.
    few = draw(st.lists(st.sampled_from(SHAPES + GROUPS), min_size=1, max_size=8))
    line = st.one_of(st.sampled_from(few), st.sampled_from(few), st.sampled_from(SHAPES), ANY_TEXT)
    lines = "\n".join(draw(st.lists(line, max_size=30))).split("\n")
    one_end = draw(st.sampled_from(("", *LINE_ENDS)))
    ends = st.just(one_end) if one_end else st.sampled_from(LINE_ENDS)
    head = draw(st.sampled_from(("", "", "\ufeff", "---\ntitle: 题\n---\n")))
    whole = "".join(line + draw(ends) for line in lines)
    return head + (whole if draw(st.booleans()) else whole.rstrip("\r\n"))
