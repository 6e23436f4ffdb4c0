"""Small builders of WordprocessingML text: runs, paragraphs, cells. Strings in, strings out; lengths in twentieths of a point."""

import re
from xml.sax.saxutils import escape, quoteattr

from .fonts import LATIN, Face
from .measures import LINE

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text without the characters that XML 1.0 forbids."""
    return FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def font(face: Face, latin: str = LATIN) -> str:
    """w:rFonts of a face; `hint` makes quotation marks and dashes Chinese ones."""
    latin_name, name = quoteattr(latin), quoteattr(face.name)
    return f'<w:rFonts w:hint="eastAsia" w:ascii={latin_name} w:hAnsi={latin_name} w:eastAsia={name} w:cs={latin_name}/>'


def run(
    text: str,
    *,
    face: Face | None = None,
    latin: str = LATIN,
    size: int = 0,
    bold: bool = False,
    color: str = "",
    stretch: int = 100,
    pitch: int = 0,
) -> str:
    """A run. `size` and `pitch` (added to each character) in twentieths of a point, `stretch` of the glyphs in percent."""
    properties = font(face, latin) if face else '<w:rFonts w:hint="eastAsia"/>'
    properties += "<w:b/>" if bold else ""
    properties += f'<w:color w:val="{color}"/>' if color else ""
    properties += f'<w:spacing w:val="{pitch}"/>' if pitch else ""
    properties += f'<w:w w:val="{stretch}"/>' if stretch != 100 else ""
    properties += f'<w:sz w:val="{size // 10}"/><w:szCs w:val="{size // 10}"/>' if size else ""
    parts = []
    for place, line in enumerate(clean(text).split("\n")):
        parts.append("<w:br/>" if place else "")
        for stop, piece in enumerate(line.split("\t")):
            parts.append("<w:tab/>" if stop else "")
            parts.append(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "")
    return f"<w:r><w:rPr>{properties}</w:rPr>{''.join(parts)}</w:r>"


def paragraph(
    content: str = "",
    *,
    style: str = "",
    keep_next: bool = False,
    new_page: bool = False,
    border: str = "",
    tabs: str = "",
    before: int | None = None,
    after: int | None = None,
    line: int | None = None,
    line_rule: str = "exact",
    left: int | None = None,
    right: int | None = None,
    first: int | None = None,
    align: str = "",
) -> str:
    """A paragraph; what is None comes from the style. A negative `first` hangs."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += "<w:keepNext/>" if keep_next else ""
    properties += "<w:pageBreakBefore/>" if new_page else ""
    properties += f"<w:pBdr>{border}</w:pBdr>" if border else ""
    properties += f"<w:tabs>{tabs}</w:tabs>" if tabs else ""
    spacing = ""
    spacing += f' w:before="{before}"' if before is not None else ""
    spacing += f' w:after="{after}"' if after is not None else ""
    spacing += f' w:line="{line}" w:lineRule="{line_rule}"' if line is not None else ""
    properties += f"<w:spacing{spacing}/>" if spacing else ""
    indent = ""
    indent += f' w:leftChars="0" w:left="{left}"' if left is not None else ""
    indent += f' w:rightChars="0" w:right="{right}"' if right is not None else ""
    if first is not None:
        indent += f' w:firstLineChars="0" w:firstLine="{first}"' if first >= 0 else f' w:hangingChars="0" w:hanging="{-first}"'
    properties += f"<w:ind{indent}/>" if indent else ""
    properties += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def empty_line(line: int = LINE) -> str:
    """An empty line of fixed height."""
    return paragraph(line=line)


def line_border(side: str, size: int, *, color: str = "000000", space: int = 0) -> str:
    """One border; `size` in eighths of a point, `space` in points."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


def tab(position: int, kind: str = "left") -> str:
    """A tab stop."""
    return f'<w:tab w:val="{kind}" w:pos="{position}"/>'


def cell(
    content: str,
    width: int,
    *,
    span: int = 1,
    merge: str = "",
    borders: str = "",
    margins: str = "",
    valign: str = "center",
) -> str:
    """A table cell. `merge` is restart or continue for a cell that spans rows."""
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    properties += f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    properties += f"<w:tcMar>{margins}</w:tcMar>" if margins else ""
    properties += f'<w:vAlign w:val="{valign}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def row(cells: str, *, header: bool = False, height: int = 0) -> str:
    """A table row that never splits over pages; a header row is repeated on each."""
    properties = "<w:cantSplit/>"
    properties += f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    properties += "<w:tblHeader/>" if header else ""
    properties += '<w:jc w:val="center"/>'
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def table(rows: str, widths: list[int], *, ruled: bool = True, margin: int = 60, floating: str = "") -> str:
    """A table of fixed column widths, as wide as the text block."""
    borders = ""
    if ruled:
        sides = "".join(line_border(side, 8) for side in ("top", "left", "bottom", "right"))
        borders = f"<w:tblBorders>{sides}{line_border('insideH', 4)}{line_border('insideV', 4)}</w:tblBorders>"
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr>{floating}<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>{borders}'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="{margin}" w:type="dxa"/>'
        f'<w:bottom w:w="0" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def shares(weights: list[float], total: int) -> list[int]:
    """Column widths that share `total` by weight; the last takes what rounding left."""
    whole = sum(weights)
    widths = [int(total * weight / whole) for weight in weights]
    widths[-1] += total - sum(widths)
    return widths
