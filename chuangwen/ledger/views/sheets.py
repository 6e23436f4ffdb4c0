"""The sheets that units keep: bringing one, saying once what its columns mean, the layouts that are remembered."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.kernel import access, clock
from chuangwen.kernel.models import ImportRun
from chuangwen.kernel.sheets.cells import shown
from chuangwen.ledger import actions, layouts, queries
from chuangwen.ledger.actions.sheets import head_of
from chuangwen.ledger.forms import LayoutForm, SheetForm
from chuangwen.ledger.models import SheetLayout, SheetUpload
from chuangwen.ledger.reading import metrics_by_title
from chuangwen.ledger.views.metrics import HOME
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction

LAYOUTS = gettext_lazy("Sheets of units")
SHOWN_ROWS = 3


class SheetNew(FormPage):
    """Bring a sheet; one whose titles are known is read at once."""

    required_verb = "ledger.import"
    title = gettext_lazy("Bring in a sheet that you keep")
    submit = gettext_lazy("Read the sheet")
    done = ""
    explanation = gettext_lazy(
        "Take the sheet as it is, with its own titles. The first time you say what its columns mean; from then on it is recognised. Nothing "
        "is stored before you have seen what will happen."
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("ledger:metrics")), (LAYOUTS, reverse("ledger:sheets"))]

    def prepare(self) -> None:
        access.require(self.actor, "kernel.import")
        self.units = queries.units_of(self.actor, "ledger.import", clock.today())

    def get_form(self, data: Any = None, files: Any = None) -> SheetForm:
        return SheetForm(data, files, actor=self.actor, units=self.units)

    def act(self, form: SheetForm) -> str:
        facts = form.cleaned_data
        made = actions.bring_sheet(
            self.actor, unit=facts["unit"], content=facts["file"].read(), file_name=facts["file"].name or "", day=facts["day"]
        )
        return made.get_absolute_url() if isinstance(made, ImportRun) else reverse("ledger:sheet-layout", args=[made.pk])


class SheetColumns(FormPage):
    """Say what the columns of a new sheet mean."""

    required_verb = "ledger.import"
    title = gettext_lazy("What the columns mean")
    template_name = "ledger/layout.html"
    submit = gettext_lazy("Remember this and read the sheet")
    done = gettext_lazy("Remembered. The next sheet with these titles is recognised.")
    wide = True

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("ledger:metrics")), (LAYOUTS, reverse("ledger:sheets"))]

    def prepare(self) -> None:
        uploads = SheetUpload.objects.select_related("unit")
        self.upload = access.fetch(self.actor, "ledger.import", uploads, pk=self.kwargs["pk"])
        self.lead = f"{self.upload.file_name} · {self.upload.unit.name}"
        self.head = head_of(self.upload)
        self.metrics = queries.metrics()

    def get_form(self, data: Any = None, files: Any = None) -> LayoutForm:
        proposed = layouts.propose(self.head, {key: metric.code for key, metric in metrics_by_title(self.metrics).items()})
        earlier = SheetLayout.objects.filter(unit=self.upload.unit).order_by("made_at")
        for layout in earlier:
            proposed |= {key: role for key, role in layout.body.get("columns", {}).items() if key in (*self.head.keys, layouts.DAYS)}
        name = self.upload.file_name.rpartition(".")[0][:60] or self.upload.file_name[:60]
        return LayoutForm(data, files, head=self.head, proposed=proposed, metrics=self.metrics, name=name)

    def extra_context(self) -> dict[str, Any]:
        return {}

    def answer(self, form: Any, status: int = 200) -> Any:
        rows = [row for row in self.head.table.rows[self.head.last + 1 :] if any(cell != "" for cell in row)][:SHOWN_ROWS]
        columns = [
            {
                "field": form[f"c{number}"],
                "title": title,
                "cells": [shown(row[number]) if number < len(row) else "" for row in rows],
            }
            for number, _key, title in form.columns
        ]
        if self.head.dated:
            index = self.head.dated[0][0]
            cells = [shown(row[index]) if index < len(row) else "" for row in rows]
            title = _("%(days)s: a column for each of %(count)d days") % {"days": self.head.dated_title, "count": len(self.head.dated)}
            columns.append({"field": form["cdays"], "title": title, "cells": cells})
        self.extra_context = lambda: {"columns": columns, "upload": self.upload, "name_field": form["name"]}
        return super().answer(form, status)

    def act(self, form: LayoutForm) -> str:
        return actions.save_layout(
            self.actor, upload_id=self.upload.pk, columns=form.chosen(), name=form.cleaned_data["name"]
        ).get_absolute_url()


class LayoutList(ListPage):
    """The layouts that are remembered."""

    title = LAYOUTS
    lead = gettext_lazy("What the columns of each unit's own sheets mean. A sheet with the same titles is recognised.")
    required_verb = "ledger.import"
    columns = [
        ListColumn("name", gettext_lazy("Sheet"), sort="name", phone="title", width=28),
        ListColumn("unit", gettext_lazy("Unit"), "unit.name", sort="unit__path"),
        ListColumn("titles", gettext_lazy("Titles"), lambda row: "、".join(title for title in row.titles if title)[:120]),
        ListColumn("used_at", gettext_lazy("Last brought"), sort="used_at", kind="datetime", nowrap=True),
        ListColumn("forget", pgettext_lazy("ledger", "Forget"), "ledger/cells/forget.html", export=False, nowrap=True),
    ]
    search_fields = ["name", "unit__name"]
    search_hint = gettext_lazy("Sheet, unit")
    default_sort = ("-used_at", "-pk")
    export_name = LAYOUTS
    empty = Empty(
        gettext_lazy("No sheet is remembered yet"),
        gettext_lazy("Bring in the first one and say what its columns mean."),
        icon="table-import",
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("ledger:metrics"))]

    def get_queryset(self) -> QuerySet[SheetLayout]:
        return queries.layouts(self.actor)

    def get_page_actions(self) -> list[PageAction]:
        if not self.actor.may("kernel.import"):
            return []
        return [
            PageAction(_("Our own template"), reverse("import-kind", args=["facts"]), icon="file-spreadsheet"),
            PageAction(_("Bring in a sheet"), reverse("ledger:sheet-new"), icon="file-import", primary=True),
        ]

    def row_url(self, row: SheetLayout) -> None:
        return None


class LayoutForget(ActionButton):
    """Forget a layout."""

    required_verb = "ledger.import"
    done = gettext_lazy("Forgotten. The facts that came of it stay.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.forget_layout(self.actor, layout_id=kwargs["pk"])
        return reverse("ledger:sheets")
