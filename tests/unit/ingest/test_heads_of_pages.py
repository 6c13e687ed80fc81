"""What stands at the head and the foot of every page of a document is found, once; what a program counts there is not."""

from __future__ import annotations

import pytest

from tests.fixtures import hostile
from tests.fixtures.canaries_office import ODF, PACKAGE, R, W, package

SECRET = "hidden words"
WATERMARK = (
    '<w:r><w:pict><v:shape xmlns:v="v" id="PowerPlusWaterMarkObject1"><v:textpath string="DRAFT"/>'
    "<v:textbox><w:txbxContent><w:p><w:r><w:t>DRAFT</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def field(instruction: str, result: str = "7") -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText> {instruction[:2]}</w:instrText></w:r><w:r><w:instrText>{instruction[2:]} </w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def word(sections: str, settings: str = "", **parts: str) -> bytes:
    """A Word document of one line with such sections; `parts` are paragraphs of heads and feet by name."""
    relations = "".join(
        f'<Relationship Id="{name}" Type="{R}/header" Target="{name}.xml"/>' for name in (*parts, "gone")
    )
    root = f'xmlns:w="{W}"'
    extra = {
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        "word/settings.xml": f"<w:settings {root}>{settings}</w:settings>",
        **{
            f"word/{name}.xml": f"<w:{name[:3]} {root}>{paragraphs}</w:{name[:3]}>"
            for name, paragraphs in parts.items()
        },
    }
    body = f"The letter.</w:t></w:r></w:p><w:sectPr xmlns:r='{R}'>{sections}</w:sectPr><w:p><w:r><w:t>"
    return hostile.docx(
        hostile.word_xml(body.encode()), {name: data.encode() for name, data in extra.items()}
    )


def line(text: str) -> str:
    return f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def refers(name: str, type_: str = "default") -> str:
    kind = "header" if name.startswith("hdr") else "footer"
    return f'<w:{kind}Reference w:type="{type_}" r:id="{name}"/>'


def text_of(look, data: bytes, name: str) -> list[str]:
    found = look(data, name)
    assert found.failure is None and len(found.passages) == 1
    return [one for one in found.passages[0].text.split("\n") if one]


def test_heads_and_feet_of_word_stand_around_the_letter_once_and_without_what_is_hidden_or_counted(
    look,
) -> None:
    hidden = f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{SECRET}</w:t></w:r></w:p>"
    both = f"<w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice>{line('In a box')}</mc:Choice><mc:Fallback>{line('In an old box')}</mc:Fallback></mc:AlternateContent></w:r>"
    data = word(
        refers("hdr1") + refers("hdr2", "first") + refers("hdr3", "even") + refers("ftr1") + refers("ftr2", "even") + refers("gone") + "<w:titlePg/>",
        "<w:evenAndOddHeaders/>",
        hdr1=line("Committee of Recife") + hidden + f"<w:p>{WATERMARK}</w:p><w:p>{both}</w:p>",
        hdr2=line("First page alone"),
        hdr3=line("Committee of Recife"),
        ftr1=f"<w:p><w:r><w:t>Page </w:t></w:r>{field('PAGE')}<w:r><w:t> of </w:t></w:r><w:fldSimple w:instr=' NUMPAGES '><w:r><w:t>9</w:t></w:r></w:fldSimple></w:p>",
        ftr2=f"<w:p><w:r><w:t>Diary 1988, </w:t></w:r>{field('PAGE')}<w:r><w:t>by </w:t></w:r>{field('AUTHOR', 'Ana')}</w:p>",
    )  # fmt: skip
    assert text_of(look, data, "letter.docx") == [
        *("Committee of Recife", "In a box", "First page alone"),
        "The letter.",
        "Diary 1988, by Ana",
    ]


@pytest.mark.parametrize(
    "sections",
    [
        "",
        refers("hdr1", "first"),
        refers("hdr1", "even"),
        refers("hdr1", "first") + '<w:titlePg w:val="0"/>',
        refers("hdr1", "first") + "<w:sectPrChange><w:sectPr><w:titlePg/></w:sectPr></w:sectPrChange>",
    ],
)
def test_a_head_that_stands_on_no_page_is_not_read(look, sections: str) -> None:
    assert text_of(look, word(sections, hdr1=line(SECRET)), "letter.docx") == ["The letter."]


def test_a_head_that_cannot_be_read_keeps_nobody_from_the_letter(look) -> None:
    assert text_of(look, word(refers("hdr1"), hdr1="<w:p>"), "letter.docx") == ["The letter."]


def test_heads_and_feet_of_an_open_document_are_read_alike(look) -> None:
    content = f"<office:document-content {ODF}><office:body><office:text><text:p>The letter.</text:p></office:text></office:body></office:document-content>"
    draw = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    pages = (
        "<style:header><text:p>Committee<text:tab/>of <text:span>Recife</text:span></text:p>"
        f'<text:p><draw:custom-shape {draw} draw:name="PowerPlusWaterMarkObject1"><text:p>DRAFT</text:p></draw:custom-shape></text:p>'
        f'<text:p><text:hidden-text text:is-hidden="true">{SECRET}</text:hidden-text></text:p></style:header>'
        "<style:header-first><text:p>First page alone</text:p></style:header-first>"
        f'<style:header-left style:display="false"><text:p>{SECRET}</text:p></style:header-left>'
        "<style:footer><text:p>Página <text:page-number>7</text:page-number> de <text:page-count>9</text:page-count></text:p></style:footer>"
        "<style:footer-left><text:p>Diary, <text:page-number>7</text:page-number></text:p></style:footer-left>"
    )
    styles = f'<office:document-styles {ODF}><office:master-styles><style:master-page style:name="Standard">{pages}</style:master-page></office:master-styles></office:document-styles>'
    kind = "application/vnd.oasis.opendocument.text"
    data = package({"mimetype": kind, "content.xml": content, "styles.xml": styles})
    assert text_of(look, data, "letter.odt") == [
        "Committee of Recife",
        "First page alone",
        "The letter.",
        "Diary,",
    ]
