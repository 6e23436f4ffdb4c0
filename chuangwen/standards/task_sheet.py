"""A task book as a workbook."""

from django.utils.translation import gettext as _

from chuangwen.kernel import sheets
from chuangwen.standards.queries import TaskBook
from chuangwen.web import formatting

COLUMNS = [
    sheets.Column("number", "序号", kind="int"),
    sheets.Column("part", "责任"),
    sheets.Column("section", "测评项目"),
    sheets.Column("indicator", "指标"),
    sheets.Column("requirement", "测评内容", width=30),
    sheets.Column("criterion", "测评标准", width=50),
    sheets.Column("method", "测评方法"),
    sheets.Column("full_marks", "分值", kind="decimal"),
    sheets.Column("site_types", "点位类型", width=30),
    sheets.Column("lead", "牵头单位", width=24),
    sheets.Column("assist", "配合单位", width=30),
]


def task_book_sheet(book: TaskBook) -> bytes:
    """The .xlsx of a task book; its columns are those of the importer ``standard``."""
    rows = [
        {
            "number": number,
            "part": task.part_label,
            "section": task.section.name,
            "indicator": task.indicator.name,
            "requirement": task.requirement.text,
            "criterion": task.criterion.text,
            "method": str(task.criterion.get_method_display()),
            "full_marks": task.criterion.full_marks,
            "site_types": "、".join(task.site_types),
            "lead": "、".join(unit.name for unit in task.lead),
            "assist": "、".join(unit.name for unit in task.assist),
        }
        for number, task in enumerate(book.tasks, 1)
    ]
    title = _("%(unit)s task book (%(edition)s)") % {"unit": book.unit.name, "edition": book.edition}
    notes = [
        _("As of %(day)s") % {"day": formatting.day(book.on)},
        *(f"{post.get_kind_display()}：{post.person.name}" for post in book.posts),
    ]
    return sheets.write_table(COLUMNS, rows, title=title, sheet_name=str(_("Task book")), notes=notes)
