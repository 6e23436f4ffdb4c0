"""What list pages are made of: columns, actions, views, and the page of rows. Declarations, and no request in them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from chuangwen.kernel.access import Actor
from chuangwen.web import formatting

Text = str | Promise

BULK_CAP = 5_000


@dataclass(frozen=True)
class ListColumn:
    """One column.

    ``cell``: a path of attributes ("site.name", the key itself when left out), a function of the row, or a template (ends in
    .html; gets ``object`` and ``request``). ``sort``: the order_by path, or several. ``kind`` says how a plain value is written
    and exported: text, int, decimal, percent (a share of one), date, datetime, minutes. ``export``: path or function for the sheet;
    False leaves the column out.
    ``phone``: title (heads the card), badge (beside the title), body or hidden.
    """

    key: str
    title: Text
    cell: str | Callable[[Any], Any] | None = None
    sort: str | Sequence[str] | None = None
    kind: str = "text"
    export: str | Callable[[Any], Any] | bool | None = None
    width: int = 16
    digits: int = 2
    phone: str = "body"
    nowrap: bool = False

    @property
    def template(self) -> str | None:
        return self.cell if isinstance(self.cell, str) and self.cell.endswith(".html") else None

    @property
    def figures(self) -> bool:
        return self.kind in ("int", "decimal", "percent", "minutes")

    def value(self, row: Any) -> Any:
        return taken(row, self.cell if self.cell is not None and not self.template else self.key)

    def sheet_value(self, row: Any) -> Any:
        """The value for the sheet: numbers and days as they are, everything else as text."""
        value = taken(row, self.export) if isinstance(self.export, str) or callable(self.export) else self.value(row)
        if value is None or self.kind != "text":
            return value
        return str(written(value)) if isinstance(value, bool | date | datetime) else strip_tags(str(value))

    def text(self, row: Any) -> Any:
        """The value as a person reads it."""
        return written(self.value(row), self.kind, self.digits)


def taken(row: Any, source: str | Callable[[Any], Any]) -> Any:
    """Follow a path of attributes (calling what can be called, stopping at None) or ask a function."""
    if not isinstance(source, str):
        return source(row)
    for part in source.split("."):
        if row is None:
            return None
        row = getattr(row, part)
        if callable(row) and not isinstance(row, Model):
            row = row()
    return row


def written(value: Any, kind: str = "text", digits: int = 2) -> Any:
    """A plain value in the product's way of writing."""
    if value is None or value == "":
        return formatting.EMPTY
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if kind == "percent":
        return formatting.percent(value, digits)
    if kind == "decimal":
        return formatting.number(value, digits)
    if kind == "minutes":
        return formatting.span(value)
    if isinstance(value, datetime):
        return formatting.day(value) if kind == "date" else formatting.moment(value)
    if isinstance(value, date):
        return formatting.day(value)
    if kind == "int" or isinstance(value, Decimal):
        return formatting.number(value)
    return value


@dataclass(frozen=True)
class BulkAction:
    """Something done to many rows at once.

    ``handler(request, queryset, cleaned_data) -> sentence or response`` gets the chosen rows within what the person may see,
    and calls an action of its room. With ``form`` or ``confirm`` a page between asks first. ``verb`` hides the action from whom
    it is not granted.
    """

    name: str
    label: Text
    handler: Callable[[HttpRequest, QuerySet, dict[str, Any]], Any]
    icon: str = ""
    confirm: Text = ""
    form: Callable[..., forms.BaseForm] | None = None
    verb: str | None = None
    tone: str = ""
    cap: int = BULK_CAP


@dataclass(frozen=True)
class PageAction:
    """A button at the head of the page."""

    label: Text
    url: str
    icon: str = ""
    primary: bool = False
    verb: str | None = None


def import_button(actor: Actor, kind: str) -> list[PageAction]:
    """The button that leads to the sheet of a kind, for who may bring one in; else nothing."""
    return (
        [PageAction(_("Bring in a sheet"), reverse("import-kind", args=[kind]), icon="file-import")]
        if actor.may("kernel.import")
        else []
    )


@dataclass(frozen=True)
class SavedView:
    """A link above the list that sets filters: ``SavedView(_("Late"), "late=1&sort=due_at")``."""

    label: Text
    query: str = ""


@dataclass(frozen=True)
class Empty:
    """What the list says while there is nothing in it: what would be here, and what to do first."""

    title: Text
    text: Text = ""
    action: Text = ""
    url: str = ""
    icon: str = "inbox"


@dataclass
class Rows:
    """One page of rows: ``first`` and ``last`` as people count, ``count`` up to the cap, ``more`` when the cap cut it off."""

    objects: list[Any]
    page: int
    size: int
    count: int
    more: bool
    has_next: bool

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1 if self.objects else 0

    @property
    def last(self) -> int:
        return (self.page - 1) * self.size + len(self.objects)

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def numbers(self) -> Iterable[int | str]:
        """The page numbers that the pager offers, with … between."""
        paginator = Paginator(range(self.count), self.size)
        return paginator.get_elided_page_range(min(self.page, paginator.num_pages), on_each_side=2, on_ends=1)
