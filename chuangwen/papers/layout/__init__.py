"""Official papers by GB/T 9704-2012: a document model, a Word writer and a PDF converter.

Knows nothing of Django, of the database or of the other rooms: a `Paper` goes in, bytes come out. The clock is passed in.

    data = write(Paper(kind=Kind.BULLETIN, red_head="…办公室文件", …))   # .docx, the same bytes for the same paper
    pdf = convert(data)                                                # needs LibreOffice
"""

from .errors import LayoutError
from .model import (
    Annex,
    Article,
    Chart,
    Column,
    ColumnHead,
    FigureRef,
    Form,
    FormRow,
    Heading,
    Kind,
    Line,
    PageBreak,
    Paper,
    Para,
    Photo,
    Photos,
    Series,
    Source,
    Table,
    Text,
)
from .pdf import OfficeFailed, OfficeMissing, OfficeTimeout, convert
from .photos import printable
from .phrases import chinese_date, percent
from .seals import anchored, prepared
from .writer import write

__all__ = [
    "Annex",
    "Article",
    "Chart",
    "Column",
    "ColumnHead",
    "FigureRef",
    "Form",
    "FormRow",
    "Heading",
    "Kind",
    "LayoutError",
    "Line",
    "OfficeFailed",
    "OfficeMissing",
    "OfficeTimeout",
    "PageBreak",
    "Paper",
    "Para",
    "Photo",
    "Photos",
    "Series",
    "Source",
    "Table",
    "Text",
    "anchored",
    "chinese_date",
    "convert",
    "percent",
    "prepared",
    "printable",
    "write",
]
