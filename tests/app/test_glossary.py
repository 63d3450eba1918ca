from pathlib import Path

from app.glossary import GLOSSARY, HomeGlossary


def test_a_home_without_a_file_has_what_comes_with_the_program(tmp_path: Path) -> None:
    assert ("幻觉",) in HomeGlossary(tmp_path).alike("hallucination")


def test_the_readers_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    glossary = HomeGlossary(tmp_path)
    assert glossary.alike("甲方") == ()
    (tmp_path / GLOSSARY).write_text("甲方 = 客户\n", encoding="utf-8")
    assert glossary.alike("甲方") == (("客户",),)
    (tmp_path / GLOSSARY).write_text("甲方 = 买家, buyer\n", encoding="utf-8")
    assert glossary.alike("甲方") == (("买家", "buyer"),)
    (tmp_path / GLOSSARY).unlink()
    assert glossary.alike("甲方") == ()


def test_bytes_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / GLOSSARY).write_bytes("甲方 = 客户\n".encode() + b"\xff\xfe = x\n")
    assert HomeGlossary(tmp_path).alike("甲方") == (("客户",),)
