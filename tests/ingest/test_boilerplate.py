"""What is left out of a page, by which words, and what never is."""

import pytest

from ingest.block import BlockKind
from ingest.parsing import parse
from ingest.parsing.boilerplate import judged, left_out
from ingest.parsing.furniture import Furniture, furniture
from ingest.parsing.lines import split_lines

SPACED = "昨天试了一下 双卡推理 感觉速度还行 就是显存有点紧 打算换成四比特 再看看效果 "
PROSE = "检索到错的材料比没有检索更糟，模型会理直气壮地引用它。"
COPYRIGHT = "© 2024 技术小站"


def out(text: str) -> list[tuple[str, str]]:
    """Lines that are left out, and why."""
    lines = split_lines(text)
    return [
        (lines[number].text, reason)
        for number, reason in sorted(left_out(lines).items())
        if not lines[number].blank
    ]


@pytest.mark.parametrize(
    "text",
    [
        # A person's own words about the things that furniture is made of.
        "模型生成的图片，著作权归谁所有？目前的判例认为要看人的投入。",
        "All rights reserved 是什么意思？",
        "转载请注明出处，这句话有没有法律效力？",
        "版权声明怎么写：先写权利人，再写年份。",
        "训练语料要先去掉版权声明和 ICP 备案号，否则模型会背下来。",
        "爬虫要使用 cookie 登录，先拿到会话再抓页面。",
        "The website uses cookies for authentication, so the crawler keeps a jar.",
        "接受 cookie 之后页面才会渲染",
        "点赞、收藏、转发三个指标怎么建模",
        "微信 微博 朋友圈 三个渠道的语料占比",
        "print(like, share, email) prints all three counters",
        "登录 注册 搜索 三个接口",
        "首页、登录、注册三个页面的文案",
        "扫码关注功能怎么做",
        "sign up for the beta next week",
        "推荐阅读\n\n注意力机制的原始论文\n低秩适配的论文\n",
        "Related articles\n\nAttention, explained\nLow rank, explained\n",
        "More from the 4090 than from the 3090\n",
        "上一篇笔记写了检索，这一篇写重排。",
        # A reading list, prices, a course and a job hunt that one keeps notes about.
        "课程推荐\n\n给学员推荐课程，课程各有向量\nVIP 会员的付费转化\n会员、课程、讲师三张表",
        "求职记录\n\n岗位一：薪资两万，面试题三道，就业压力大\n岗位二：高薪，面试题全套\n岗位三：薪资面议，就业地点远",
        "训练营\n\n六月前报名，名额三十\n课程十二节，付费，优惠两百\n学习资料、视频教程都有",
        # Spaces in place of commas.
        SPACED * 4,
        f"{SPACED * 4}\n\n{SPACED * 5}\n\n{SPACED * 6}",
        "",
    ],
)
def test_words_of_the_trade_prove_nothing(text: str) -> None:
    assert out(text) == []
    assert out(f"{PROSE}\n\n{text}\n\n{PROSE}") == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Skip to content", Furniture("navigation", ("Skip to content",))),
        ("技术小站 首页 专栏 问答 下载", Furniture("navigation", ("首页", "专栏", "问答", "下载"))),
        (
            "分享到： 微信 微博 复制链接",
            Furniture("sharing", ("分享到", "微信", "微博", "复制链接")),
        ),
        ("点赞 97 收藏 216 评论 12", Furniture("sharing", ("点赞", "收藏", "评论"))),
        ("We use cookies to improve this page.", Furniture("cookies", ("We use cookies",))),
        ("同意所有 Cookie", Furniture("cookies", ("同意所有 Cookie",))),
        ("Cookie settings", Furniture("cookies", ("Cookie settings",))),
        ("© 2024 The Example Review.", Furniture("legal", ("© 2024",))),
        ("京ICP备12345678号", Furniture("legal", ("ICP备12345678",))),
        ("Advertisement", Furniture("advertising", ("Advertisement",))),
        ("长按关注公众号慢炖", Furniture("advertising", ("长按关注公众号",))),
        ("Enjoyed it? Get our newsletter. Sign up", None),
    ],
)
def test_a_line_of_furniture_is_known_by_its_words(line: str, found: Furniture | None) -> None:
    if found is None:
        known = furniture(line)
        assert known is not None
        assert known.reason == "advertising"
    else:
        assert furniture(line) == found


def test_titles_below_their_caption_go_on_a_page_and_stay_in_a_note() -> None:
    titles = "相关推荐\n\n索引原理图解\n十款数据库横评\n"
    assert out(f"{PROSE}\n\n{titles}") == []
    assert out(f"{PROSE}\n\n{titles}\n{COPYRIGHT}") == [
        ("相关推荐", "related"),
        ("索引原理图解", "related"),
        ("十款数据库横评", "related"),
        (COPYRIGHT, "legal"),
    ]


def test_the_heading_of_what_follows_a_list_of_titles_stays() -> None:
    text = f"相关推荐\n索引原理图解\n十款数据库横评\n\n怎么选\n\n{PROSE}\n\n{COPYRIGHT}"
    assert [line for line, reason in out(text) if reason == "related"] == [
        "相关推荐",
        "索引原理图解",
        "十款数据库横评",
    ]


def test_remarks_below_the_advertising_that_follows_the_end_stay() -> None:
    page = f"{PROSE}\n" * 4 + "\n-END-\n\n扫码领取学习资料，名额有限\n\n"
    remark = "我的想法：这篇讲得太浅，可以和上周那篇对照着看。"
    assert out(page + remark) == [
        ("-END-", "advertising"),
        ("扫码领取学习资料，名额有限", "advertising"),
    ]
    assert out(f"{PROSE}\n" * 4 + f"-END-\n\n{remark}") == [("-END-", "advertising")]


def test_short_lines_below_the_end_go_with_it() -> None:
    assert out(f"{PROSE}\n" * 4 + "-END-\n\n提交\n评论\n") == [
        ("-END-", "advertising"),
        ("提交", "advertising"),
        ("评论", "advertising"),
    ]


def test_a_wall_goes_when_it_names_the_title_below_it_or_the_page_has_other_furniture() -> None:
    wall = SPACED * 4 + "大模型幻觉怎么治"
    assert out(f"{wall}\n\n大模型幻觉怎么治\n\n{PROSE}") == [(wall, "navigation")]
    assert out(f"{wall}\n\n{PROSE}\n\n{COPYRIGHT}") == [
        (wall, "navigation"),
        (COPYRIGHT, "legal"),
    ]
    assert out(f"{wall}\n\n{PROSE}") == []


def test_walls_with_labels_between_them_go_together() -> None:
    wall, other = SPACED * 4 + "大模型幻觉怎么治", SPACED * 5
    page = f"技术\n\n{wall}\n\n架构\n\n{other}\n\n大模型幻觉怎么治\n\n{PROSE}"
    assert [line for line, _ in out(page)] == ["技术", wall, "架构", other]
    apart = f"{wall}\n\n大模型幻觉怎么治\n\n{PROSE}\n\n{other}"
    assert [line for line, _ in out(apart)] == [wall]


def test_each_line_that_goes_is_explained_or_goes_with_its_neighbours() -> None:
    page = f"{PROSE}\n" * 9 + f"-END-\n\n扫码领取学习资料\n\n推荐阅读\n索引原理\n\n{COPYRIGHT}"
    lines = split_lines(page)
    words = [(lines[number].text, found.words) for number, found in sorted(judged(lines).items())]
    assert [each for each in words if each[0]] == [
        ("-END-", ("-END-",)),
        ("扫码领取学习资料", ("扫码", "领取", "学习资料")),
        ("推荐阅读", ("推荐阅读",)),
        ("索引原理", ("推荐阅读",)),
        (COPYRIGHT, ("© 2024",)),
    ]


def test_code_is_never_left_out() -> None:
    assert out(f"```\n{COPYRIGHT}\nAdvertisement\n-END-\n```") == []


def test_a_note_with_headings_is_no_page() -> None:
    text = f"# 题目\n\n{PROSE}\n\n{COPYRIGHT}\n\nAdvertisement\n"
    assert [each for each in parse(text).blocks if each.kind is BlockKind.LEFT_OUT] == []
