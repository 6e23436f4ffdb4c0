"""Sheets in and out: .xlsx read with python-calamine and written with XlsxWriter; nothing is ever evaluated.

columns = [Column("name", "点位名称", required=True), Column("kind", "类别", kind="choice", choices=["公园", "医院"])]
found = read_sheet(path, columns)        # SheetRead, or SheetError with a sentence for the person
content = write_table(columns, rows)     # bytes of an .xlsx
"""

from chuangwen.kernel.sheets.columns import Column, Problem, Row, SheetError, SheetRead, letter
from chuangwen.kernel.sheets.reading import MAX_ROWS, RawTable, read_sheet, read_tables, sheet_names
from chuangwen.kernel.sheets.writing import write_table, write_template

__all__ = [
    "MAX_ROWS",
    "Column",
    "Problem",
    "RawTable",
    "Row",
    "SheetError",
    "SheetRead",
    "letter",
    "read_sheet",
    "read_tables",
    "sheet_names",
    "write_table",
    "write_template",
]
