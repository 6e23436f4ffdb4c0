"""Body blocks as WordprocessingML: headings, paragraphs, tables, forms, charts, photos."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from xml.sax.saxutils import quoteattr

from . import charts
from .breaking import balanced
from .errors import LayoutError
from .fonts import FANGSONG, HEI, KAI, Face
from .measures import BLOCK_WIDTH, BLOCK_WIDTH_MM, emu, mm
from .model import (
    Article,
    Block,
    Cell,
    Chart,
    ColumnHead,
    FigureRef,
    Form,
    Heading,
    Inline,
    Line,
    PageBreak,
    Para,
    Photo,
    Photos,
    Source,
    Table,
    Text,
)
from .ooxml import cell, clean, line_border, paragraph, row, run, shares, table
from .package import Package
from .photos import printable
from .phrases import HeadingNumbers

FACE_OF_LEVEL: dict[int, Face] = {1: HEI, 2: KAI, 3: FANGSONG, 4: FANGSONG}
PHOTO_BOX_MM = (74.0, 56.0)
FORM_WEIGHTS = [1.05, 2.2, 1.05, 2.2]
LABELS = ("整改前", "整改后")


class Blocks:
    """Writes blocks into one file; remembers the running numbers and the figures that were printed."""

    def __init__(self, package: Package, sources: Mapping[str, Source]) -> None:
        self._package = package
        self._sources = sources
        self._tables = 0
        self._charts = 0
        self.cited: dict[str, int] = {}  # key -> number of its row in the annex of sources

    def write(self, blocks: Iterable[Block]) -> str:
        """The blocks one after another; headings count from one."""
        numbers = HeadingNumbers()
        parts: list[str] = []
        new_page = False
        for block in blocks:
            match block:
                case PageBreak():
                    new_page = True
                    continue
                case Heading():
                    parts.append(self._heading(block, numbers.next(block.level), new_page))
                case Para():
                    parts.append(paragraph(self.inline(block.content), style="BodyText", new_page=new_page))
                case Table():
                    parts.append(self._break(new_page) + self._table(block))
                case Form():
                    parts.append(self._break(new_page) + self._form(block))
                case Chart():
                    parts.append(self._break(new_page) + self._chart(block))
                case Photos():
                    parts.append(self._break(new_page) + self._photos(block))
                case ColumnHead():
                    numbers = HeadingNumbers()
                    parts.append(paragraph(run(f"【{block.text}】"), style="ColumnHead", new_page=new_page))
                case Article():
                    numbers = HeadingNumbers()
                    parts.append(paragraph(run("\n".join(balanced(block.title, 24))), style="ArticleTitle", new_page=new_page))
                case Line():
                    style = "Large" if block.large else ""
                    parts.append(paragraph(run(block.text), style=style, align=block.align, new_page=new_page))
            new_page = False
        return "".join(parts)

    # -------------------------------------------------------------- text

    def inline(self, content: Iterable[Inline], *, face: Face | None = None) -> str:
        """Runs of text; a figure becomes an unmarked link to its row in the annex of sources."""
        return "".join(self._piece(piece, face) for piece in content)

    def _piece(self, piece: Inline, face: Face | None) -> str:
        if isinstance(piece, str):
            return run(piece.replace("\t", " "), face=face)
        if isinstance(piece, Text):
            return run(piece.text.replace("\t", " "), face=face, bold=piece.bold)
        if piece.key not in self._sources:
            raise LayoutError("source_missing", f"文中数据“{piece.text}”（{piece.key}）没有给出来源。")
        number = self.cited.setdefault(piece.key, len(self.cited) + 1)
        return (
            f'<w:hyperlink w:anchor="source_{number}" w:history="1">{run(piece.text, face=face, bold=piece.bold)}</w:hyperlink>'
        )

    def _heading(self, heading: Heading, number: str, new_page: bool) -> str:
        face = FACE_OF_LEVEL[heading.level]
        if not heading.run_in:
            return paragraph(run(number + heading.text), style=f"Heading{heading.level}", new_page=new_page)
        content = run(number + heading.text, face=face) + self.inline(heading.run_in)
        return paragraph(content, style="BodyText", new_page=new_page)

    @staticmethod
    def _break(new_page: bool) -> str:
        return paragraph(new_page=True, line=20) if new_page else ""

    # -------------------------------------------------------------- tables

    def _cell_content(self, content: Cell, style: str, width: int, align: str) -> str:
        if isinstance(content, Photo):
            box = (width / 1440 * 25.4 - 3, 40.0)
            picture = self._picture(content, *box)
            label = paragraph(run(content.caption), style="CellTiny", align="center") if content.caption else ""
            return paragraph(picture, style="Picture", before=40, after=40) + label
        pieces: Sequence[Inline] = (content,) if isinstance(content, str | Text | FigureRef) else content
        return paragraph(self.inline(pieces), style=style, align=align, before=30, after=30)

    def _caption(self, text: str, *, table_caption: bool) -> str:
        if table_caption:
            self._tables += 1
            return paragraph(run(f"表{self._tables}　{text}"), style="Caption")
        self._charts += 1
        return paragraph(run(f"图{self._charts}　{text}"), style="Caption", before=40, after=120)

    def _table(self, given: Table) -> str:
        tiny = given.size == "tiny"
        style, head_style = ("CellTiny", "CellTinyHead") if tiny else ("Cell", "CellHead")
        widths = shares([column.width for column in given.columns], BLOCK_WIDTH)
        rows = [self._header(given, widths, head_style)]
        for line in given.rows:
            cells = "".join(
                cell(self._cell_content(content, style, width, column.align), width)
                for content, width, column in zip(line, widths, given.columns, strict=True)
            )
            rows.append(row(cells, height=400 if tiny else 480))
        caption = self._caption(given.caption, table_caption=True) if given.caption else ""
        note = paragraph(run("注：" + given.note), style="TableNote") if given.note else ""
        return caption + table("".join(rows), widths) + note + self._after(bool(note))

    def _header(self, given: Table, widths: list[int], style: str) -> str:
        def title(text: str) -> str:
            return paragraph(run(text), style=style, align="center", before=30, after=30, keep_next=True)

        columns = list(zip(given.columns, widths, strict=True))
        if not any(column.group for column in given.columns):
            return row("".join(cell(title(column.title), width) for column, width in columns), header=True, height=520)
        upper, lower = "", ""
        for group, members in groupby(columns, key=lambda pair: pair[0].group):
            pairs = list(members)
            if group:
                upper += cell(title(group), sum(width for _, width in pairs), span=len(pairs))
                lower += "".join(cell(title(column.title), width) for column, width in pairs)
            else:
                upper += "".join(cell(title(column.title), width, merge="restart") for column, width in pairs)
                lower += "".join(cell(title(""), width, merge="continue") for _, width in pairs)
        return row(upper, header=True, height=420) + row(lower, header=True, height=420)

    @staticmethod
    def _after(noted: bool = False) -> str:
        """A little air below a ruled box; also keeps two tables from growing together."""
        return paragraph(line=120 if noted else 200)

    def _form(self, form: Form) -> str:
        widths = shares(FORM_WEIGHTS, BLOCK_WIDTH)
        rows = []
        for line in form.rows:
            cells = ""
            for place, (label, value) in enumerate(line.pairs):
                wide = len(line.pairs) == 1
                width = sum(widths[1:]) if wide else widths[2 * place + 1]
                top = line.height_mm > 14
                cells += cell(paragraph(run(label), style="CellHead", before=30, after=30), widths[2 * place])
                content = self._cell_content(value, "Cell", width, "both" if wide else "left")
                cells += cell(
                    content, width, span=3 if wide else 1, valign="top" if top and not isinstance(value, Photo) else "center"
                )
            rows.append(row(cells, height=max(560, mm(line.height_mm))))
        caption = paragraph(run(form.caption), style="Caption") if form.caption else ""
        return caption + table("".join(rows), widths, margin=100) + self._after()

    # -------------------------------------------------------------- drawings

    def _inline_drawing(self, graphic: str, width_mm: float, height_mm: float, name: str, description: str) -> str:
        number = self._package.drawing_id()
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{emu(width_mm)}" cy="{emu(height_mm)}"/>'
            f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="{number}" name={quoteattr(f"{name} {number}")} '
            f"descr={quoteattr(clean(description))}/><wp:cNvGraphicFramePr/><a:graphic>{graphic}</a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _picture(self, photo: Photo, width_mm: float, height_mm: float) -> str:
        data, wide, high = printable(photo, width_mm, height_mm)
        size = f'cx="{emu(wide)}" cy="{emu(high)}"'
        name = quoteattr(clean(photo.caption) or "照片")
        graphic = (
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="0" name={name}/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{self._package.add_image(data)}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData>"
        )
        return self._inline_drawing(graphic, wide, high, "照片", photo.caption)

    def _chart(self, chart: Chart) -> str:
        graphic = (
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
            f'<c:chart r:id="{self._package.add_chart(chart)}"/></a:graphicData>'
        )
        drawing = self._inline_drawing(graphic, BLOCK_WIDTH_MM, charts.height_mm(chart), "图", chart.title)
        return paragraph(drawing, style="Picture", before=120, keep_next=bool(chart.title)) + (
            self._caption(chart.title, table_caption=False) if chart.title else ""
        )

    def _photos(self, photos: Photos) -> str:
        widths = shares([1, 1], BLOCK_WIDTH)
        rows = ""
        for start in range(0, len(photos.items), 2):
            pair = photos.items[start : start + 2]
            cells = ""
            for place in range(2):
                if place >= len(pair):
                    cells += cell(paragraph(style="Picture"), widths[place])
                    continue
                photo = pair[place]
                caption = f"{LABELS[place]}　{photo.caption}".rstrip() if photos.pairs else photo.caption
                content = paragraph(self._picture(photo, *PHOTO_BOX_MM), style="Picture", before=80)
                content += paragraph(run(caption), style="PictureCaption", line=320, before=40, after=60)
                cells += cell(content, widths[place], valign="top")
            rows += row(cells)
        heading = paragraph(run(photos.caption), style="Caption") if photos.caption else ""
        return heading + table(rows, widths, ruled=False) + self._after()

    # -------------------------------------------------------------- sources

    def source_rows(self) -> str:
        """The table of the annex 数据来源: one row for each figure printed, in the order of first mention."""
        titles = ("序号", "数据", "数值", "查询及参数", "计入/读取（条）", "取数时间")
        widths = shares([0.75, 2.3, 1.35, 4.1, 1.5, 1.8], BLOCK_WIDTH)
        head = "".join(
            cell(paragraph(run(title), style="CellTinyHead", before=30, after=30), width)
            for title, width in zip(titles, widths, strict=True)
        )
        rows = row(head, header=True, height=480)
        for key, number in self.cited.items():
            source = self._sources[key]
            query = source.query + "".join(f"\n{name}：{value}" for name, value in source.parameters.items())
            taken = f"{source.taken_at:%Y-%m-%d}\n{source.taken_at:%H:%M}"
            mark = (
                f'<w:bookmarkStart w:id="{number}" w:name="source_{number}"/>{run(str(number))}<w:bookmarkEnd w:id="{number}"/>'
            )
            texts = (None, source.figure, source.value, query, f"{source.counted:,}/{source.read:,}", taken)
            cells = ""
            for place, (text, width) in enumerate(zip(texts, widths, strict=True)):
                content = mark if text is None else run(text)
                cells += cell(
                    paragraph(content, style="CellTiny", align="left" if place in (1, 3) else "center", before=30, after=30),
                    width,
                )
            rows += row(cells, height=400)
        return table(rows, widths)


def rule(side: str, thick: bool) -> str:
    """A line of the imprint: 0.35 mm at its top and foot, 0.25 mm between (clause 7.4.1)."""
    return line_border(side, 8 if thick else 6)
