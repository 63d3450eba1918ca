"""What is cited is marked exactly, also where the marks of other editors stand."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.test_ask import bare, highlighted, visit
from tests.browser.test_reading import note_url

pytestmark = pytest.mark.browser

CACHE, FORMULAS, DEPLOYING = (
    f"卡片/{name}.md" for name in ("注意力缓存", "公式与排版", "部署小记")
)


@pytest.mark.parametrize(
    ("note", "quote", "shown"),
    [
        (CACHE, "==代价是显存随长度线性增长==，估算见", "代价是显存随长度线性增长，估算见"),
        (CACHE, "住得越久，水电越多。", "住得越久，水电越多。"),
        (CACHE, "和缓存命中是两回事。", "和缓存命中是两回事。"),
        (CACHE, "首字从 1.9 秒降到 0.3 秒。", "首字从1.9秒降到0.3秒。"),
        (CACHE, "碎片从六成降到 4% 以下", "碎片从六成降到4%以下"),
        (CACHE, "16 是默认值。", "16是默认值。"),
        (CACHE, "条件是请求长短不一。", "条件是请求长短不一。"),
        (FORMULAS, "==不等于结果每次一样==。", "不等于结果每次一样。"),
        (FORMULAS, "先截断再惩罚，顺序反了会漏词。", "先截断再惩罚，顺序反了会漏词。"),
        (FORMULAS, "分数低于平均的词随温度升高而变多。", "分数低于平均的词随温度升高而变多。"),
        (FORMULAS, "很难说清是谁起的作用。", "很难说清是谁起的作用。"),
        (DEPLOYING, "否则流式回答攒成一坨才出来。", "否则流式回答攒成一坨才出来。"),
    ],
)
def test_exactly_the_cited_words_are_marked(
    browser: Browser, modelless: Site, note: str, quote: str, shown: str
) -> None:
    with visit(browser, modelless, "zh-CN") as visited:
        page = visited.page
        page.goto(note_url(modelless, note, quote))
        page.wait_for_function("CSS.highlights.has('passage')")

        assert bare(highlighted(page)) == bare(shown)
