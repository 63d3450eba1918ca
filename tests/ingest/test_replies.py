import pytest

from ingest.parsing.lines import split_lines
from ingest.parsing.replies import Reply, reply


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("", Reply()),
        ("张量并行", Reply()),
        ("@小林 张量并行", Reply("小林")),
        ("@小林", Reply("小林")),
        ("小林\n两张卡\n怎么并行\n@小林 张量并行", Reply("小林", "两张卡 怎么并行")),
        ("第一行\n@小林 第二行", Reply("小林")),
        ("See the sea\nhow\n@See the sea like this", Reply("See the sea", "how")),
        ("小林   @阿毛 怎么并行\n张量并行", Reply("小林", "@阿毛 怎么并行")),
        ("好的   @阿毛 谢谢", Reply("阿毛")),
        ("回复 @小林 : 张量并行", Reply("小林")),
        ("回复 @小林 : 张量并行\n还有", Reply("小林")),
        ("回复 小林: 两张卡\n张量并行", Reply("小林", "两张卡")),
        ("「小林：两张卡\n怎么并行」\n- - - - - - -\n张量并行", Reply("小林", "两张卡 怎么并行")),
        ("「小林：两张卡」\n没有线", Reply()),
        ("「小林：没有关上\n- - - - - - -\n张量并行", Reply()),
        ("> 小林: 两张卡\n> 怎么并行\n张量并行", Reply("小林", "两张卡 怎么并行")),
        ("> 两张卡\n张量并行", Reply("", "两张卡")),
        ("> 只有引文", Reply()),
    ],
)
def test_whom_a_message_answers_and_what_it_quotes(said: str, found: Reply) -> None:
    assert reply(split_lines(said)) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("", Reply("阿 毛")),
        ("好", Reply("阿 毛")),
        ("两张卡\n@阿 毛 张量并行", Reply("阿 毛", "两张卡")),
        ("阿 毛\n两张卡\n@阿 毛 张量并行", Reply("阿 毛", "两张卡")),
        ("两张卡\n@大海 张量并行", Reply("阿 毛")),
    ],
)
def test_the_person_quoted_in_the_header_is_answered(said: str, found: Reply) -> None:
    assert reply(split_lines(said), "阿 毛") == found
