"""Words of an office document that nobody sees, by a style, their size or their colour, are not among its words."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ingest.readers.markup_cuts import Rules, without
from ingest.readers.office_hidden import Book, Sheet, Slides
from ingest.readers.office_open import OpenDocument
from ingest.readers.office_word import Word
from tests.fixtures import canaries_office, hostile
from tests.fixtures.canaries_office import ODF, W

SECRET = "hidden words"
WHITE = '<w:color w:val="FFFFFF"/>'
CELL = "<w:tbl>{}<w:tr><w:tc>{}{}</w:tc></w:tr></w:tbl>"


def run(properties: str = "", words: str = SECRET) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def paragraph(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def shade(fill: str, pattern: str = "clear") -> str:
    return f'<w:shd w:val="{pattern}" w:color="auto" w:fill="{fill}"/>'


def style(name: str, properties: str, kind: str = "paragraph", more: str = "") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}" {more}>{properties}</w:style>'


def word(body: str, styles: str = "", is_page_known: bool = True) -> tuple[str, bool]:
    """What is left of a document, and whether that is doubted."""
    rules = Word(f'<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode(), is_page_known)
    data = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return without(data.encode(), rules).decode(), rules.is_unsure


BY_RUN = '<w:rStyle w:val="A"/>'
BY_PARAGRAPH = '<w:pStyle w:val="A"/>'
VANISHES = "<w:rPr><w:vanish/></w:rPr>"


@pytest.mark.parametrize(
    ("body", "styles"),
    [
        (paragraph(run(BY_RUN)), style("A", VANISHES, "character")),
        (paragraph(run(BY_RUN)), style("B", VANISHES, "character") + style("A", '<w:basedOn w:val="B"/>', "character")),
        (paragraph(run(), BY_PARAGRAPH), style("A", VANISHES)),
        (paragraph(run()), style("A", VANISHES, more='w:default="1"')),
        (paragraph(run()), f"<w:docDefaults><w:rPrDefault>{VANISHES}</w:rPrDefault></w:docDefaults>"),
        (CELL.format('<w:tblPr><w:tblStyle w:val="A"/></w:tblPr>', "", paragraph(run())), style("A", VANISHES, "table")),
        (paragraph(run(WHITE)), ""),
        (paragraph(run('<w:color w:val="FEFEFE"/>')), ""),
        (paragraph(run(BY_RUN)), style("A", f"<w:rPr>{WHITE}</w:rPr>", "character")),
        (paragraph(run(), BY_PARAGRAPH), style("A", f"<w:rPr>{WHITE}</w:rPr>")),
        (paragraph(run()), style("A", f"<w:rPr>{WHITE}</w:rPr>", more='w:default="1"')),
        (paragraph(run(WHITE), shade("FFFFFF")), ""),
        (CELL.format("", "", paragraph(run(WHITE))), ""),
        (CELL.format("", f"<w:tcPr>{shade('000000')}</w:tcPr>", paragraph(run('<w:color w:val="000000"/>'))), ""),
        (paragraph(run('<w:highlight w:val="black"/>')), ""),
        (paragraph(run('<w:color w:val="FF0000"/><w:highlight w:val="red"/>')), ""),
        (paragraph(run('<w:sz w:val="2"/>')), ""),
        (paragraph(run('<w:sz w:val="0"/>')), ""),
        (paragraph(run(BY_RUN)), style("A", '<w:rPr><w:sz w:val="1"/></w:rPr>', "character")),
    ],
)  # fmt: skip
def test_what_nobody_sees_in_a_word_document_is_cut_out(body: str, styles: str) -> None:
    left, is_doubted = word(
        body
        + paragraph(run('<w:color w:val="112233"/><w:sz w:val="20"/>', "plain"), '<w:pStyle w:val="No"/>'),
        styles,
    )
    assert SECRET not in left
    assert not is_doubted


@pytest.mark.parametrize(
    ("body", "styles"),
    [
        (paragraph(run('<w:vanish w:val="0"/>'), BY_PARAGRAPH), style("A", VANISHES)),
        (paragraph(run(WHITE), shade("333333")), ""),
        (paragraph(run(WHITE + shade("000080"))), ""),
        (paragraph(run(WHITE + '<w:highlight w:val="darkBlue"/>')), ""),
        (paragraph(run(WHITE), BY_PARAGRAPH), style("A", f"<w:pPr>{shade('003366')}</w:pPr>")),
        (CELL.format("", f"<w:tcPr>{shade('003366')}</w:tcPr>", paragraph(run(WHITE))), ""),
        (CELL.format(f"<w:tblPr>{shade('003366')}</w:tblPr>", "", paragraph(run(WHITE))), ""),
        (paragraph(run('<w:color w:val="auto"/>'), shade("000000")), ""),
        (paragraph(run('<w:color w:val="auto"/>'), BY_PARAGRAPH), style("A", f"<w:rPr>{WHITE}</w:rPr>")),
        (paragraph(run('<w:highlight w:val="yellow"/>')), ""),
        (paragraph(run('<w:sz w:val="20"/>')), ""),
        (paragraph(run("<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>")), ""),
    ],
)  # fmt: skip
def test_what_is_seen_in_a_word_document_stays(body: str, styles: str) -> None:
    left, is_doubted = word(body, styles)
    assert SECRET in left
    assert not is_doubted


@pytest.mark.parametrize(
    ("body", "styles", "is_page_known"),
    [
        (paragraph(run(WHITE)), "", False),
        (paragraph(run(WHITE), shade("000000", "pct50")), "", True),
        (f"<w:p><w:r><w:pict><w:txbxContent>{paragraph(run(WHITE))}</w:txbxContent></w:pict></w:r></w:p>", "", True),
        (
            CELL.format('<w:tblPr><w:tblStyle w:val="A"/></w:tblPr>', "", paragraph(run(WHITE))),
            style("A", f"<w:tblStylePr><w:tcPr>{shade('003366')}</w:tcPr></w:tblStylePr>", "table"),
            True,
        ),
    ],
)  # fmt: skip
def test_white_letters_of_which_nobody_knows_on_what_they_stand_stay_and_that_is_said(
    body: str, styles: str, is_page_known: bool
) -> None:
    left, is_doubted = word(body, styles, is_page_known)
    assert SECRET in left
    assert is_doubted


ROW = "<w:tr><w:trPr>{}</w:trPr><w:tc>{}</w:tc></w:tr>"


@pytest.mark.parametrize(
    "property_", ["<w:del/>", '<w:del w:id="1"></w:del>', "<w:moveFrom/>", "<w:hidden/>", '<w:hidden w:val="1"/>']
)  # fmt: skip
def test_a_row_that_was_struck_out_or_is_hidden_is_cut_out_with_its_words_and_no_others(
    property_: str,
) -> None:
    left, _ = word(
        f"<w:tbl>{ROW.format(property_, paragraph(run()))}{ROW.format('', paragraph(run(words='kept')))}</w:tbl>"
    )
    assert SECRET not in left and "kept" in left
    ElementTree.fromstring(left)


STAYS = '<w:hidden w:val="0"/>'


def test_a_row_that_is_said_not_to_be_hidden_stays() -> None:
    assert SECRET in word(f"<w:tbl>{ROW.format(STAYS, paragraph(run()))}</w:tbl>")[0]


@pytest.mark.parametrize(
    ("rules", "hidden"),
    [
        (Word(), '<w:p><w:pPr><w:rPr><w:del w:id="1" w:author="A > B"/></w:rPr></w:pPr>{}</w:p>'),
        (Word(), "<w:p><w:pPr><w:rPr><w:moveFrom/></w:rPr></w:pPr>{}</w:p>"),
        (Word(), "<w:p><w:del/>{}</w:p>"),
        (Word(), "<w:p><w:del /><w:del></w:del>{}</w:p>"),
        (OpenDocument(), "<w:p><text:tracked-changes/>{}</w:p>"),
        (OpenDocument(), '<w:p><text:hidden-text text:string-value="secret"/>{}</w:p>'),
        (OpenDocument(), '<w:section text:display="none"/><w:p>{}</w:p>'),
        (Sheet(False), '<row hidden="1"/><row>{}</row>'),
        (Sheet(True), '<x>{}<row r="1"/><row r="2"/></x>'),
        (Sheet(False), '<cols><col min="2" max="2" hidden="1"/></cols><row><c r="B1" s="4"/><c r="C1">{}</c></row>'),
        (Slides(), '<p:sp><p:nvSpPr><p:cNvPr hidden="1"/></p:nvSpPr></p:sp><p:sp>{}</p:sp>'),
        (Book(), '<p><br hidden=""/>{}</p>'),
    ],
)  # fmt: skip
def test_a_hidden_element_of_one_tag_takes_nothing_with_it_of_what_stands_behind(
    rules: Rules, hidden: str
) -> None:
    spaces = f'xmlns:w="{W}" xmlns:text="t" xmlns:p="p"'
    kept = "<w:r><w:t>first</w:t></w:r><w:r><w:t>second</w:t></w:r>"
    left = without(
        f"<w:document {spaces}><w:body>{hidden.format(kept)}</w:body></w:document>".encode(), rules
    )
    assert "".join(ElementTree.fromstring(left).itertext()) == "firstsecond"
    assert kept.encode() in left and b"secret" not in left


def test_words_in_a_hidden_element_that_end_like_a_tag_are_cut_out_whole() -> None:
    left = without(f"<x><w:del xmlns:w='w'>{SECRET}/></w:del><w>kept</w></x>".encode(), Word())
    assert left == b"<x><w>kept</w></x>"


def test_a_document_whose_paragraph_mark_is_tracked_as_struck_out_is_read_whole(look) -> None:
    mark = '<w:rPr><w:del w:id="1" w:author="A" w:date="2020-01-01T00:00:00Z"/></w:rPr>'
    body = f"First words</w:t></w:r></w:p>{paragraph(run(words='middle words'), mark)}<w:p><w:r><w:t>The last"
    found = look(hostile.docx(hostile.word_xml(body.encode())), "letter.docx")
    assert found.failure is None
    assert found.passages[0].text.split() == ["First", "words", "middle", "words", "The", "last"]


def open_document(properties: dict[str, str], body: str, is_page_known: bool = True) -> tuple[str, bool]:
    """What is left of a text with those styles (`family name`, properties), and whether that is doubted."""
    styles = "".join(
        f'<style:style style:family="{family}" style:name="{name}" {more}>{said}</style:style>'
        for key, said in properties.items()
        for family, name, more in [(*key.split(" ", 2), "")[:3]]
    )
    rules = OpenDocument(b"", is_page_known)
    data = (
        f'<office:document-content {ODF} xmlns:table="t" xmlns:draw="d"><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body>{body}</office:body></office:document-content>"
    )
    return without(data.encode(), rules).decode(), rules.is_unsure


PALE = {"text A": '<style:text-properties fo:color="#FFFFFF"/>'}
SPAN = f'<text:p><text:span text:style-name="A">{SECRET}</text:span></text:p>'
DARK = '<style:%s-properties fo:background-color="#003366"/>'


@pytest.mark.parametrize(
    ("styles", "body"),
    [
        (PALE, SPAN),
        (PALE, SPAN.replace(SECRET, f"<![CDATA[{SECRET}]]>")),
        ({"paragraph A": PALE["text A"]}, f'<text:p text:style-name="A">{SECRET}</text:p>'),
        ({**PALE, 'text B style:parent-style-name="A"': ""}, SPAN.replace('"A"', '"B"')),
        ({"text A": '<style:text-properties fo:font-size="1pt"/>'}, SPAN),
        ({"text A": '<style:text-properties fo:font-size="0pt"/>'}, SPAN),
        ({"text A": '<style:text-properties fo:color="#000000" fo:background-color="#000000"/>'}, SPAN),
        ({"text A": '<style:text-properties text:display="none"/>'}, SPAN),
        (PALE, f"<table:table><table:table-row><table:table-cell>{SPAN}</table:table-cell></table:table-row></table:table>"),
    ],
)  # fmt: skip
def test_what_nobody_sees_in_an_open_document_is_cut_out(styles: dict[str, str], body: str) -> None:
    left, is_doubted = open_document(styles, f"{body}<text:p>plain</text:p>")
    assert SECRET not in left
    assert "<text:p>plain</text:p>" in left
    assert not is_doubted


@pytest.mark.parametrize(
    ("styles", "body"),
    [
        ({"text A": PALE["text A"], "paragraph B": DARK % "paragraph"}, SPAN.replace("<text:p>", '<text:p text:style-name="B">')),
        (
            {**PALE, "table-cell B": DARK % "table-cell"},
            f'<table:table><table:table-row><table:table-cell table:style-name="B">{SPAN}</table:table-cell></table:table-row></table:table>',
        ),
        (
            {"paragraph A": PALE["text A"], "text B": '<style:text-properties fo:color="#111111"/>'},
            f'<text:p text:style-name="A"><text:span text:style-name="B">{SECRET}</text:span></text:p>',
        ),
        ({"text A": '<style:text-properties fo:color="#ffffff" style:use-window-font-color="true"/>'}, SPAN),
        ({"text A": '<style:text-properties fo:font-size="80%"/>'}, SPAN),
    ],
)  # fmt: skip
def test_what_is_seen_in_an_open_document_stays(styles: dict[str, str], body: str) -> None:
    left, is_doubted = open_document(styles, body)
    assert SECRET in left
    assert not is_doubted


@pytest.mark.parametrize(
    ("styles", "body", "is_page_known"),
    [
        (PALE, SPAN, False),
        (PALE, f"<draw:frame><draw:text-box>{SPAN}</draw:text-box></draw:frame>", True),
        (
            {**PALE, "table-column B": DARK % "table-column"},
            f'<table:table><table:table-column table:style-name="B"/><table:table-row><table:table-cell>{SPAN}</table:table-cell>'
            f"</table:table-row></table:table>",
            True,
        ),
    ],
)  # fmt: skip
def test_white_letters_on_what_nobody_knows_stay_in_an_open_document_and_that_is_said(
    styles: dict[str, str], body: str, is_page_known: bool
) -> None:
    left, is_doubted = open_document(styles, body, is_page_known)
    assert SECRET in left
    assert is_doubted


def test_words_that_only_a_style_hides_are_left_out_of_a_whole_document(look) -> None:
    styles = f'<w:styles xmlns:w="{W}">{style("A", VANISHES)}</w:styles>'.encode()
    body = f"Plain words</w:t></w:r></w:p>{paragraph(run(), BY_PARAGRAPH)}<w:p><w:r><w:t>The last".encode()
    found = look(hostile.docx(hostile.word_xml(body), {"word/styles.xml": styles}), "letter.docx")
    assert found.passages[0].text.split() == ["Plain", "words", "The", "last"]
    assert "seen-unsure" not in {note.code for note in found.notes}


def test_white_letters_before_a_picture_behind_the_text_stay_and_that_is_noted(look) -> None:
    pictured = run(WHITE) + '<w:r><w:drawing><w:anchor behindDoc="1"/></w:drawing></w:r>'
    body = f"Plain words</w:t></w:r></w:p>{paragraph(pictured)}<w:p><w:r><w:t>The last".encode()
    found = look(hostile.docx(hostile.word_xml(body)), "letter.docx")
    assert SECRET in found.passages[0].text
    assert "seen-unsure" in {note.code for note in found.notes}


def test_words_that_only_the_styles_of_an_open_document_hide_are_left_out(look) -> None:
    hidden = canaries_office.odt(SECRET)
    assert SECRET not in look(hidden, "letter.odt").passages[0].text
