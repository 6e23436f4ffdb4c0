"""List pages: declared once, they filter, sort, page, search, act on many rows and export what they show.

    class CaseList(ListPage):
        title = _("Cases")
        required_verb = "cases.see"
        columns = [
            ListColumn("number", _("Number"), sort="number"),
            ListColumn("state", _("State"), "cases/cells/state.html", export="get_state_display"),
            ListColumn("due_at", _("Due"), sort="due_at", kind="datetime"),
        ]
        filters = [MultiChoiceFilter(key="state", label=_("State"), choices=Case.State.choices)]
        search_fields = ["=number", "text"]
        default_sort = "-opened_at"

        def get_queryset(self):
            return queries.cases(self.actor).select_related("site", "unit")

Everything stands in the address, so a list can be kept, sent and opened again. However long the table is, a page costs the same
number of queries: the keys of the page (one more than shown, to know whether another page follows), a count that stops at
COUNT_CAP, and the rows of these keys with what ``get_queryset`` selects or prefetches beside them.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.identifiers import number_in
from chuangwen.web import formatting
from chuangwen.web.downloads import SHEET, download  # noqa: F401 - as below
from chuangwen.web.filters import (  # noqa: F401 - rooms take all that a list page is made of from here
    BooleanFilter,
    Chip,
    ChoiceFilter,
    DateRangeFilter,
    Filter,
    LinkFilter,
    MultiChoiceFilter,
    NotUnderstood,
    QFilter,
    TextFilter,
    TreeFilter,
    without,
)
from chuangwen.web.list_parts import (  # noqa: F401 - as above
    BulkAction,
    Empty,
    ListColumn,
    PageAction,
    Rows,
    SavedView,
    import_button,
)
from chuangwen.web.list_rows import RowWriter
from chuangwen.web.views import PageMixin, PartMixin

Text = str | Promise

COUNT_CAP = 10_000
PAGE_SIZES = (20, 50, 100)
EXPORT_CAP = 50_000
SEARCH_TERMS = 6

list_exported = Signal()
"""Sent after a list was exported: ``request``, ``page`` (the view), ``rows`` (how many), and ``conditions`` (the
filters in words)."""


@dataclass
class State:
    """What the address asks for, read once."""

    values: dict[str, Any] = field(default_factory=dict)
    misread: list[Filter] = field(default_factory=list)


class ListPage(PageMixin, PartMixin, View):
    """The base of list pages; see the head of this file. What a room must give: ``title``, ``columns``, ``get_queryset``."""

    template_name = "web/lists/page.html"
    part_template = "web/lists/part.html"
    part_id = "list"

    columns: ClassVar[Sequence[ListColumn]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[Text] = ""
    default_sort: ClassVar[str] = "-pk"
    default_size: ClassVar[int] = 20
    bulk_actions: ClassVar[Sequence[BulkAction]] = ()
    page_actions: ClassVar[Sequence[PageAction]] = ()
    saved_views: ClassVar[Sequence[SavedView]] = ()
    export_name: ClassVar[Text] = ""
    export_columns: ClassVar[Sequence[ListColumn] | None] = None
    export_cap: ClassVar[int] = EXPORT_CAP
    empty: ClassVar[Empty | None] = None
    http_method_names = ["get", "head", "post", "options"]

    # -- what rooms override ------------------------------------------------------------------------------------------

    def get_queryset(self) -> QuerySet:
        """The rows this person may see, with what the cells need selected or prefetched."""
        raise NotImplementedError

    def get_empty(self) -> Empty | None:
        """What stands where there is nothing at all: another sentence for whoever cannot make the first one."""
        return self.empty

    def row_url(self, row: Any) -> str | None:
        """The page of a row."""
        address = getattr(row, "get_absolute_url", None)
        return address() if address else None

    def row_tone(self, row: Any) -> str:
        """ok, warn, bad or quiet colours the edge of the row; the reason stands in a cell in words."""
        return ""

    def stretches(self) -> Sequence[tuple[Q, Sequence[str]]]:
        """The default order where no single one says it: what is due soonest first, then what is over, the newest first. Conditions of which
        each row meets exactly one, each with its order_by paths down to the key. Every stretch is read from an index of its own, page by page,
        where one order over all would sort the whole table."""
        return ()

    def search(self, queryset: QuerySet, text: str) -> QuerySet:
        """Rows in which every word is found somewhere in ``search_fields``: "=number" whole, "^name" from its beginning, "text"
        anywhere."""
        for word in text.split()[:SEARCH_TERMS]:
            found = Q()
            for path in self.search_fields:
                lookup = {"=": "iexact", "^": "istartswith"}.get(path[0], "icontains")
                found |= Q(**{f"{path.lstrip('=^')}__{lookup}": word})
            queryset = queryset.filter(found)
        return queryset

    def get_columns(self) -> Sequence[ListColumn]:
        return self.columns

    def get_filters(self) -> Sequence[Filter]:
        return self.filters

    def get_saved_views(self) -> Sequence[SavedView]:
        return self.saved_views

    def get_export_name(self) -> str:
        """The title of the sheet; empty: the list gives none."""
        return str(self.export_name)

    def get_export_columns(self) -> Sequence[ListColumn]:
        return self.export_columns or self.get_columns()

    def get_page_actions(self) -> list[PageAction]:
        return [action for action in self.page_actions if action.verb is None or self.actor.may(action.verb)]

    def get_bulk_actions(self) -> list[BulkAction]:
        return [action for action in self.bulk_actions if action.verb is None or self.actor.may(action.verb)]

    # -- what the address says ----------------------------------------------------------------------------------------

    @cached_property
    def state(self) -> State:
        state = State()
        for one in self.get_filters():
            try:
                value = one.read(self.request.GET)
            except NotUnderstood:
                state.misread.append(one)
                continue
            if value is not None:
                state.values[one.key] = value
        return state

    @cached_property
    def search_text(self) -> str:
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:200] if self.search_fields else ""

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """Key of the sorted column ("" for the default order) and whether downwards."""
        asked = self.request.GET.get("sort", "")
        key = asked.removeprefix("-")
        if any(column.key == key and column.sort for column in self.get_columns()):
            return key, asked.startswith("-")
        return "", False

    @cached_property
    def size(self) -> int:
        asked = number_in(self.request.GET.get("size"))
        return asked if asked in PAGE_SIZES else self.default_size

    @cached_property
    def number(self) -> int:
        """The page asked for, from 1, not beyond what the cap lets reach."""
        return max(1, min(number_in(self.request.GET.get("page")) or 1, COUNT_CAP // self.size))

    # -- the rows -----------------------------------------------------------------------------------------------------

    def filtered(self, queryset: QuerySet | None = None) -> QuerySet:
        """The rows that the address asks for, in no order."""
        queryset = self.get_queryset() if queryset is None else queryset
        for one in self.get_filters():
            if one.key in self.state.values:
                queryset = one.apply(queryset, self.state.values[one.key])
        return self.search(queryset, self.search_text) if self.search_text else queryset

    def ordering(self) -> Sequence[Any]:
        """The order_by paths, ending in the key, so that no row stands on two pages."""
        key, down = self.sort
        if not key:
            paths = [self.default_sort] if isinstance(self.default_sort, str) else list(self.default_sort)
        else:
            column = next(column for column in self.get_columns() if column.key == key)
            paths = [column.sort] if isinstance(column.sort, str) else list(column.sort or ())
            if down:
                paths = [path[1:] if path.startswith("-") else f"-{path}" for path in paths]
        if not any(path.lstrip("-") in ("pk", "id") for path in paths):
            paths.append("-pk" if paths[0].startswith("-") else "pk")
        return paths

    def rows(self) -> Rows:
        """One page: a query for the keys, one for the rows, one for how many there are."""
        found = self.filtered()
        page, shown = self.number, self._page(found, self.number)
        count = found.order_by().values("pk")[: COUNT_CAP + 1].count()  # the key alone: what the rows are annotated with is not reckoned
        if not shown and page > 1:
            page = max(1, -(-min(count, COUNT_CAP) // self.size))
            shown = self._page(found, page)
        more = len(shown) > self.size and page * self.size < COUNT_CAP
        return Rows(shown[: self.size], page, self.size, min(count, COUNT_CAP), count > COUNT_CAP, more)

    def _page(self, found: QuerySet, number: int) -> list[Any]:
        """The rows of a page in their order, and one more where another page follows. Their keys are asked for alone and given to the second
        query as they are: a database that has to put the two together sorts whole rows."""
        keys = self._keys(found, (number - 1) * self.size, self.size + 1)
        by_key = {row.pk: row for row in self.get_queryset().filter(pk__in=keys)}
        return [by_key[key] for key in keys if key in by_key]

    def _keys(self, found: QuerySet, start: int, wanted: int) -> list[Any]:
        """The keys of so many rows from a place in the order on (from 0). A query for each stretch that is reached, and one for each that is
        passed over whole."""
        keys: list[Any] = []
        for part in self.in_order(found):
            here = list(part.values_list("pk", flat=True)[start : start + wanted - len(keys)])
            keys += here
            if len(keys) == wanted:
                break
            start = 0 if here or not start else max(0, start - part.order_by().values("pk")[:start].count())
        return keys

    def in_order(self, found: QuerySet) -> list[QuerySet]:
        """These rows in the order that the address asks for, one stretch after the other."""
        stretches = () if self.sort[0] else self.stretches()
        return [found.filter(rows).order_by(*order) for rows, order in stretches] or [found.order_by(*self.ordering())]

    # -- answers ------------------------------------------------------------------------------------------------------

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") == "xlsx" and self.get_export_name():
            return self.export()
        return self.answer()

    def answer(self, status: int = 200) -> HttpResponse:
        context = self.get_context_data(**self.list_context())
        name = self.part_template if self.wants_part() else self.template_name
        response = HttpResponse(render_to_string(name, context, request=self.request), status=status)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def list_context(self) -> dict[str, Any]:
        rows, columns = self.rows(), self.get_columns()
        bulk = self.get_bulk_actions()
        chips = self.chips()
        return {
            "rows": rows,
            "body": RowWriter(self.request, columns, shared={"view": self}, selectable=bool(bulk)).body(
                rows.objects, self.row_url, self.row_tone
            ),
            "columns": columns,
            "heads": self.heads(),
            "controls": [
                {
                    "filter": one,
                    "value": self.state.values.get(one.key),
                    "context": one.context(self.state.values.get(one.key)),
                    "template": one.template_name,
                    "active": one.key in self.state.values,
                }
                for one in self.get_filters()
            ],
            "has_more_controls": any(one.more for one in self.get_filters()),
            "more_active": sum(1 for one in self.get_filters() if one.more and one.key in self.state.values),
            "chips": chips,
            "misread": self.state.misread,
            "search_text": self.search_text,
            "sizes": PAGE_SIZES,
            "bulk_actions": bulk,
            "page_actions": self.get_page_actions(),
            "saved_views": self.views_shown(),
            "part_id": self.part_id,
            "empty": self.get_empty(),
            "is_filtered": bool(chips or self.state.misread),
            "count_cap": COUNT_CAP,
            "clear_url": f"?{urlencode(self.kept())}",
            "export_url": f"{without(self.request.GET, [])}&export=xlsx" if self.get_export_name() else "",
        }

    def kept(self) -> list[tuple[str, str]]:
        """What stays in the address when all filters are cleared: order and page size."""
        return [(name, self.request.GET[name]) for name in ("sort", "size") if name in self.request.GET]

    def chips(self) -> list[dict[str, Any]]:
        """The active filters in words, each with the address that ends it."""
        shown: list[Chip] = []
        if self.search_text:
            shown.append(Chip(_("Search"), self.search_text, (("q", None),)))
        for one in self.get_filters():
            if one.key in self.state.values:
                shown += one.chips(self.state.values[one.key])
        return [{"label": chip.label, "text": chip.text, "url": without(self.request.GET, chip.without)} for chip in shown]

    def heads(self) -> list[dict[str, Any]]:
        """The heads of the columns, with the address that sorts by each."""
        key, down = self.sort
        default = self.default_sort if isinstance(self.default_sort, str) else self.default_sort[0]
        parted = bool(self.stretches())
        heads = []
        for column in self.get_columns():
            active = column.key == key if key else column.sort == default.lstrip("-") and not parted
            is_down = down if key else default.startswith("-")
            url = ""
            if column.sort:
                params = self.request.GET.copy()
                params.pop("page", None)
                params["sort"] = column.key if active and is_down else f"-{column.key}" if active else column.key
                url = f"?{params.urlencode()}"
            direction = ("descending" if is_down else "ascending") if active and column.sort else ""
            heads.append({"column": column, "url": url, "direction": direction})
        return heads

    def views_shown(self) -> list[dict[str, Any]]:
        """The saved views; the one whose parameters the address has, and no others, is active."""
        from django.http import QueryDict

        names = {name for one in self.get_filters() for name in one.parameters} | {"q"}
        here = {name: self.request.GET.getlist(name) for name in names if any(self.request.GET.getlist(name))}
        shown = []
        for one in self.get_saved_views():
            params = QueryDict(one.query)
            asked = {name: params.getlist(name) for name in params if name in names}
            shown.append({"label": one.label, "url": f"?{one.query}", "active": asked == here})
        return shown

    # -- the sheet ----------------------------------------------------------------------------------------------------

    def conditions(self) -> list[str]:
        """The filters in words, for the sheet and for the audit trail."""
        return [f"{chip['label']}: {chip['text']}" for chip in self.chips()]

    def sheet_rows(self, columns: Sequence[ListColumn], queryset: QuerySet) -> Iterator[dict[str, Any]]:
        for row in queryset.iterator(chunk_size=1000):
            yield {column.key: column.sheet_value(row) for column in columns}

    def export(self) -> HttpResponse:
        """What the list shows, all pages of it, as .xlsx. More than ``export_cap`` rows are refused with the way out."""
        from chuangwen.kernel import sheets

        found = self.filtered()
        count = found.order_by()[: self.export_cap + 1].count()
        if count > self.export_cap:
            raise Refusal(
                _("More than %(count)s rows match. Narrow the filters and export again.")
                % {"count": formatting.number(self.export_cap)},
                "web.export_too_large",
                status=413,
            )
        columns = [column for column in self.get_export_columns() if column.export is not False]
        kinds, title = {"minutes": "int"}, self.get_export_name()
        said = self.conditions()
        notes = [
            _("Exported %(moment)s by %(name)s") % {"moment": formatting.moment(clock.now()), "name": self.actor.name},
            *said,
        ]
        content = sheets.write_table(
            [
                sheets.Column(column.key, str(column.title), kinds.get(column.kind, column.kind), width=column.width)
                for column in columns
            ],
            itertools.chain.from_iterable(self.sheet_rows(columns, part) for part in self.in_order(found)),
            title=title,
            sheet_name=title[:31],
            notes=notes,
        )
        list_exported.send(sender=type(self), request=self.request, page=self, rows=count, conditions=said)
        stamp = clock.now().astimezone(clock.LOCAL).strftime("%Y%m%d-%H%M")
        name = f"{slugify(title, allow_unicode=True)}-{stamp}.xlsx"
        return download(content, name)

    # -- many rows at once --------------------------------------------------------------------------------------------

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do a bulk action to the chosen rows, or to all that match; asks first where the action says so."""
        action = next((one for one in self.get_bulk_actions() if one.name == request.POST.get("action")), None)
        if action is None:
            raise Refusal(_("This list has no such action, or your post does not allow it."), "web.no_such_action", status=403)
        queryset, count = self.chosen(action)
        if count == 0:
            messages.warning(request, _("Choose at least one row first."))
            return self.reload()
        form = action.form(data=request.POST if "confirmed" in request.POST else None) if action.form else None
        confirmed = "confirmed" in request.POST and self.expected_count() in (None, count)
        if (action.form or action.confirm) and (not confirmed or (form is not None and not form.is_valid())):
            return self.ask(action, form, count)
        answer = action.handler(request, queryset, form.cleaned_data if form is not None else {})
        if isinstance(answer, HttpResponse):
            return answer
        if answer:
            messages.success(request, answer)
        return self.reload()

    def chosen(self, action: BulkAction) -> tuple[QuerySet, int]:
        """The rows a bulk action is for, and how many. Raises Refusal for nonsense and for more than the action's cap."""
        if self.request.POST.get("scope") == "all":
            queryset = self.filtered()
        else:
            keys = self.request.POST.getlist("selected")
            try:
                queryset = self.get_queryset().filter(pk__in=[self.read_key(key) for key in keys])
            except (ValidationError, ValueError, FieldDoesNotExist, OverflowError) as error:
                raise Refusal(_("The chosen rows were not understood."), "web.bad_selection", status=400) from error
        count = queryset.order_by()[: action.cap + 1].count()
        if count > action.cap:
            raise Refusal(
                _("More than %(count)s rows match. Narrow the filters and do it in parts.")
                % {"count": formatting.number(action.cap)},
                "web.too_many_rows",
            )
        return queryset, count

    def read_key(self, text: str) -> Any:
        """A key as the database takes it. Raises ValidationError for what is none, or too large for the column."""
        field_of_key = self.get_queryset().model._meta.pk
        key = field_of_key.to_python(text)
        field_of_key.run_validators(key)
        return key

    def expected_count(self) -> int | None:
        """How many rows the person was told the action is for: when the number has changed since, they are asked again."""
        return number_in(self.request.POST.get("expected"))

    def ask(self, action: BulkAction, form: forms.BaseForm | None, count: int) -> HttpResponse:
        """The page between: what will be done to how many rows, with the action's own questions."""
        told = self.expected_count()
        context = self.get_context_data(
            action=action,
            form=form,
            count=count,
            selected=self.request.POST.getlist("selected"),
            scope=self.request.POST.get("scope", ""),
            conditions=self.conditions(),
            back_url=self.request.get_full_path(),
            changed=told is not None and told != count,
            question=ngettext("%(action)s: %(count)s row", "%(action)s: %(count)s rows", count)
            % {"action": action.label, "count": formatting.number(count)},
        )
        status = 422 if form is not None and form.is_bound and form.errors else 200
        return HttpResponse(render_to_string("web/lists/ask.html", context, request=self.request), status=status)

    def reload(self) -> HttpResponse:
        return HttpResponseRedirect(self.request.get_full_path())


def link(url: str | None, text: Any) -> Any:
    """A cell's text as a link where there is somewhere to go."""
    return format_html('<a href="{}">{}</a>', url, text) if url else text


__all__ = [
    "BooleanFilter",
    "BulkAction",
    "ChoiceFilter",
    "DateRangeFilter",
    "Empty",
    "Filter",
    "LinkFilter",
    "ListColumn",
    "ListPage",
    "MultiChoiceFilter",
    "PageAction",
    "QFilter",
    "SavedView",
    "TextFilter",
    "TreeFilter",
    "link",
    "list_exported",
]
