"""The Word package: parts, relationships, and a zip whose bytes depend on nothing but the content."""

import io
import zipfile
from datetime import datetime

from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from .charts import chart_xml, workbook
from .model import Chart
from .ooxml import DECLARED
from .styles import fonts_xml, footer_xml, section_xml, settings_xml, styles_xml

UNUSED = ("customXml", "stylesWithEffects", "numbering", "thumbnail", "webSettings")
STAMP = (1980, 1, 1, 0, 0, 0)


class Package:
    """A Word file being written. Parts are added as the body needs them; `save` gives the bytes."""

    def __init__(self, created: datetime) -> None:
        self._document = Document()
        self._created = created
        self._charts = 0
        self._drawings = 0
        part = self._document.part
        for holder in (part, self._document.part.package):
            for identifier, relation in list(holder.rels.items()):
                if any(word in relation.reltype for word in UNUSED):
                    del holder.rels[identifier]
        self._replace(part._styles_part.element, styles_xml())
        self._replace(part._settings_part.element, settings_xml())
        for relation in part.rels.values():
            if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
                relation.target_part._blob = fonts_xml().encode()

    @staticmethod
    def _replace(element, xml: str) -> None:
        """Give a python-docx element the content of another, in place."""
        new = parse_xml(xml)
        for child in list(element):
            element.remove(child)
        for child in list(new):
            element.append(child)

    def _part(self, name: str, content_type: str, blob: bytes) -> Part:
        return Part(PackURI(name), content_type, blob, self._document.part.package)

    def drawing_id(self) -> int:
        """A number for the next drawing, unique in the file."""
        self._drawings += 1
        return self._drawings

    def add_image(self, data: bytes) -> str:
        """Store a picture; the same bytes are stored once. Returns the relationship id."""
        identifier, _ = self._document.part.get_or_add_image(io.BytesIO(data))
        return identifier

    def add_chart(self, chart: Chart) -> str:
        """Store a chart with its workbook. Returns the relationship id."""
        self._charts += 1
        book = self._part(
            f"/word/embeddings/Microsoft_Excel_Worksheet{self._charts}.xlsx",
            CONTENT_TYPE.SML_SHEET,
            workbook(chart, self._created),
        )
        part = self._part(f"/word/charts/chart{self._charts}.xml", CONTENT_TYPE.DML_CHART, b"")
        part._blob = chart_xml(chart, part.relate_to(book, RELATIONSHIP_TYPE.PACKAGE))
        return self._document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)

    def save(self, body: str, *, title: str, author: str) -> bytes:
        """The finished file: `body` is the text of w:body without its section."""
        part = self._document.part
        footers = [
            part.relate_to(
                self._part(f"/word/footer{place}.xml", CONTENT_TYPE.WML_FOOTER, footer_xml(odd=odd).encode()),
                RELATIONSHIP_TYPE.FOOTER,
            )
            for place, odd in ((1, True), (2, False))
        ]
        old = part.element.body
        new = parse_xml(f"<w:body {DECLARED}>{body}{section_xml(*footers)}</w:body>")
        part.element.replace(old, new)
        properties = self._document.core_properties
        properties.title, properties.author, properties.last_modified_by = title[:255], author[:255], author[:255]
        properties.created = properties.modified = self._created
        properties.comments = properties.keywords = properties.subject = ""
        properties.language, properties.revision = "zh-CN", 1
        out = io.BytesIO()
        self._document.save(out)
        return settled(out.getvalue())


def settled(data: bytes) -> bytes:
    """The same zip with fixed times, so that the same paper has the same hash."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".jpg", ".jpeg", ".xlsx")) else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return out.getvalue()
