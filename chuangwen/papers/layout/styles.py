"""The parts of a Word file that hold for the whole paper: styles, fonts, settings, page and page numbers."""

from xml.sax.saxutils import quoteattr

from .fonts import FACES, FANGSONG, HEI, KAI, LATIN, SONG, XIAOBIAOSONG, Face
from .measures import (
    BOTTOM,
    CHARACTER,
    CHARACTER_CLOSER,
    ER_HAO,
    FOOTER,
    LEFT,
    LINE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RIGHT,
    SAN_HAO,
    SI_HAO,
    TOP,
    WU_HAO,
    XIAO_SI,
)
from .ooxml import NAMESPACES, font, paragraph, run

W = f'xmlns:w="{NAMESPACES["w"]}"'


def _style(
    identifier: str,
    name: str,
    face: Face,
    size: int,
    *,
    line: int = LINE,
    rule: str = "exact",
    align: str = "both",
    indent: str = "",
    before: int = 0,
    after: int = 0,
    level: int | None = None,
    keep_next: bool = False,
    default: bool = False,
    snap: bool = True,
) -> str:
    closer = f'<w:spacing w:val="{CHARACTER_CLOSER}"/>' if snap and size == SAN_HAO else ""
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    outline = "" if level is None else f'<w:outlineLvl w:val="{level}"/>'
    return (
        f'<w:style w:type="paragraph"{" w:default=" + chr(34) + "1" + chr(34) if default else ""} w:styleId="{identifier}">'
        f"<w:name w:val={quoteattr(name)}/>{based}<w:qFormat/><w:pPr>{'<w:keepNext/>' if keep_next else ''}"
        f'<w:widowControl w:val="0"/><w:overflowPunct w:val="0"/><w:adjustRightInd w:val="{int(snap)}"/><w:snapToGrid w:val="{int(snap)}"/>'
        f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="{rule}"/>{indent}<w:jc w:val="{align}"/>{outline}</w:pPr>'
        f'<w:rPr>{font(face)}{closer}<w:kern w:val="0"/><w:sz w:val="{size // 10}"/><w:szCs w:val="{size // 10}"/></w:rPr></w:style>'
    )


INDENT = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * CHARACTER}"/>'


def styles_xml() -> str:
    """word/styles.xml: the named styles of the paper and nothing else."""
    return (
        f'<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{font(FANGSONG)}<w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        + _style("Normal", "Normal", FANGSONG, SAN_HAO, default=True)
        + _style("BodyText", "Body Text", FANGSONG, SAN_HAO, indent=INDENT)
        + _style("Title", "Title", XIAOBIAOSONG, ER_HAO, line=700, align="center", snap=False, keep_next=True)
        + _style("Heading1", "heading 1", HEI, SAN_HAO, indent=INDENT, level=0, keep_next=True)
        + _style("Heading2", "heading 2", KAI, SAN_HAO, indent=INDENT, level=1, keep_next=True)
        + _style("Heading3", "heading 3", FANGSONG, SAN_HAO, indent=INDENT, level=2, keep_next=True)
        + _style("Heading4", "heading 4", FANGSONG, SAN_HAO, indent=INDENT, level=3, keep_next=True)
        + _style("ColumnHead", "Column Head", HEI, SAN_HAO, align="left", before=LINE // 2, keep_next=True, snap=False)
        + _style(
            "ArticleTitle",
            "Article Title",
            XIAOBIAOSONG,
            360,
            line=640,
            align="center",
            before=120,
            after=120,
            snap=False,
            keep_next=True,
        )
        + _style("Large", "Large", XIAOBIAOSONG, ER_HAO, line=800, align="center", before=LINE // 2, after=LINE // 2, snap=False)
        + _style("Mark", "Mark", HEI, SAN_HAO, snap=False)
        + _style("RedHead", "Red Head", XIAOBIAOSONG, SAN_HAO, align="center", snap=False)
        + _style("AnnexLabel", "Annex Label", HEI, SAN_HAO, align="left", snap=False, keep_next=True)
        + _style("Caption", "caption", HEI, XIAO_SI, line=480, align="center", before=120, after=40, snap=False, keep_next=True)
        + _style("Cell", "Cell", FANGSONG, XIAO_SI, line=360, snap=False, align="center")
        + _style("CellHead", "Cell Head", HEI, XIAO_SI, line=360, snap=False, align="center")
        + _style("CellTiny", "Cell Tiny", FANGSONG, WU_HAO, line=310, snap=False, align="center")
        + _style("CellTinyHead", "Cell Tiny Head", HEI, WU_HAO, line=310, snap=False, align="center")
        + _style("TableNote", "Table Note", FANGSONG, WU_HAO, line=320, snap=False, align="left", before=60)
        + _style("Picture", "Picture", FANGSONG, XIAO_SI, line=240, rule="auto", snap=False, align="center", keep_next=True)
        + _style("PictureCaption", "Picture Caption", FANGSONG, XIAO_SI, line=400, snap=False, align="center")
        + _style("Imprint", "Imprint", FANGSONG, SI_HAO, line=560, snap=False, align="left")
        + _style("Footer", "footer", SONG, SI_HAO, line=SI_HAO, snap=False, align="left")
        + '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr/></w:style>'
        + "</w:styles>"
    )


def fonts_xml() -> str:
    """word/fontTable.xml: each official face with its other names, so that Word finds what the machine has."""
    fonts = "".join(
        f"<w:font w:name={quoteattr(face.name)}><w:altName w:val={quoteattr(','.join(face.other_names))}/>"
        f'<w:charset w:val="86"/><w:family w:val="{"modern" if face in (FANGSONG, KAI, HEI) else "auto"}"/><w:pitch w:val="variable"/></w:font>'
        for face in FACES
    )
    latin = (
        f'<w:font w:name={quoteattr(LATIN)}><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {W}>{latin}{fonts}</w:fonts>'


def settings_xml() -> str:
    """word/settings.xml: odd and even footers, Chinese line breaking."""
    compat = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
        )
    )
    return (
        f'<w:settings {W}><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>'
        '<w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/>'
        "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
        f"<w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>{compat}</w:compat>"
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def section_xml(odd_footer: str, even_footer: str) -> str:
    """The page: A4, the margins, 22 lines of 28 characters, page numbers outside."""
    return (
        f'<w:sectPr {W} xmlns:r="{NAMESPACES["r"]}"><w:footerReference w:type="default" r:id="{odd_footer}"/>'
        f'<w:footerReference w:type="even" r:id="{even_footer}"/><w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="851" w:footer="{FOOTER}" w:gutter="0"/>'
        f'<w:cols w:space="425"/><w:docGrid w:type="lines" w:linePitch="{LINE}"/></w:sectPr>'
    )


def footer_xml(*, odd: bool) -> str:
    """The page number — 1 —: odd pages right, even pages left, one character from the edge (clause 7.5)."""
    field = "".join(
        f"<w:r><w:rPr>{font(SONG, SONG.name)}</w:rPr>{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    content = run("— ", face=SONG, latin=SONG.name) + field + run(" —", face=SONG, latin=SONG.name)
    inner = (
        paragraph(content, style="Footer", right=SI_HAO, align="right")
        if odd
        else paragraph(content, style="Footer", left=SI_HAO, align="left")
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:ftr {W}>{inner}</w:ftr>'
