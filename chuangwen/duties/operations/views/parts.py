"""What an operation is made of: units, segments, what is counted, photos."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.cases.views.photo_pages import PhotoPage
from chuangwen.duties.operations import actions, queries, words
from chuangwen.duties.operations.forms import CountedForm, SegmentForm, ShotForm, UnitsForm
from chuangwen.duties.operations.models import Counted, OperationPhoto, OperationUnit, Segment
from chuangwen.duties.operations.states import Step, after
from chuangwen.duties.operations.views.life import OfOperation
from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.ledger import queries as ledger
from chuangwen.ledger.models import Metric
from chuangwen.web import formatting
from chuangwen.web.form_pages import ActionButton, FormPage


class _Part(OfOperation, FormPage):
    required_verb = queries.RUN

    def prepare(self) -> None:
        self.operation = self.find(queries.RUN)
        self.lead = self.operation.name

    def get_breadcrumbs(self) -> Any:
        return self.way_to(self.operation)


class Units(_Part):
    title = gettext_lazy("Who takes part")
    wide = True
    explanation = gettext_lazy("Units of the area and those above it. The figures of a unit count at its own place within the area.")

    def get_form(self, data: Any = None, files: Any = None) -> UnitsForm:
        return UnitsForm(data, operation=self.operation)

    def act(self, form: UnitsForm) -> str:
        given = form.cleaned_data
        actions.set_units(
            self.actor, operation_id=self.operation.pk, telling=given["telling"], helping=given["helping"], expected=given["version"]
        )
        return self.operation.get_absolute_url()


class SegmentNew(_Part):
    title = gettext_lazy("New segment")
    segment: Segment | None = None

    def get_form(self, data: Any = None, files: Any = None) -> SegmentForm:
        return SegmentForm(data, operation=self.operation, segment=self.segment)

    def act(self, form: SegmentForm) -> str:
        key = self.segment.pk if self.segment else None
        actions.save_segment(self.actor, operation_id=self.operation.pk, operation_segment_id=key, **form.cleaned_data)
        return self.operation.get_absolute_url()


class SegmentEdit(SegmentNew):
    def prepare(self) -> None:
        rows = Segment.objects.select_related("operation__division", "unit")
        self.segment = access.fetch(self.actor, queries.RUN, rows, pk=self.kwargs["pk"])
        self.operation, self.title, self.lead = self.segment.operation, self.segment.name, self.segment.operation.name


class SegmentRemove(ActionButton):
    required_verb = queries.RUN
    done = gettext_lazy("Taken away.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.remove_segment(self.actor, operation_segment_id=kwargs["pk"]).get_absolute_url()


class CountedPage(_Part):
    """What is counted, each with its target; what the ledger is told anyway stands beside it."""

    title = gettext_lazy("What is counted")
    submit = gettext_lazy("Count it")
    template_name = "duties/operations/counted.html"
    wide = True

    def prepare(self) -> None:
        super().prepare()
        self.metrics = [metric for metric in ledger.metrics() if metric.adds == Metric.Adds.SUM]

    def get_form(self, data: Any = None, files: Any = None) -> CountedForm:
        return CountedForm(data, metrics=self.metrics)

    def extra_context(self) -> dict[str, Any]:
        rows = queries.counted_of(self.operation)
        counted = {row.metric_id for row in rows}
        known = queries.known(self.operation, self.metrics)
        editable = after(self.operation.state, Step.EDIT) is not None
        return {
            "operation": self.operation, "editable": editable,
            "rows": [{"counted": row, "target": words.quantity(row.target), "known": told(known.get(row.metric_id))} for row in rows],
            "known": [told(one) | {"rhythm": one.metric.get_rhythm_display()} for key, one in known.items() if key not in counted],
            "days": known and next(iter(known.values())),
        }  # fmt: skip

    def act(self, form: CountedForm) -> str:
        given = form.cleaned_data
        actions.save_counted(self.actor, operation_id=self.operation.pk, metric=given["metric"], part=given["part"], target=given["target"])
        return reverse("duties:operation-counted", args=[self.operation.pk])


def told(known: queries.Known | None) -> dict[str, Any]:
    """What the ledger knows without being asked, for the page."""
    if known is None:
        return {}
    return {
        "metric": known.metric, "total": f"{words.quantity(known.total)}{known.metric.measure}", "units": known.units, "address": known.address,
        "days": f"{formatting.short_day(known.first)} – {formatting.short_day(known.last)}",
    }  # fmt: skip


class CountedRemove(ActionButton):
    required_verb = queries.RUN
    done = gettext_lazy("It is counted no longer. Its facts stay in the ledger.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = access.fetch(self.actor, queries.RUN, Counted, pk=kwargs["pk"])
        actions.remove_counted(self.actor, counted_id=row.pk)
        return reverse("duties:operation-counted", args=[row.operation_id])


class PhotoNew(OfOperation, PhotoPage):
    """Photos of a spot, before or after."""

    required_verb = queries.TELL
    title = gettext_lazy("Photos before and after")
    done = gettext_lazy("The photos are there.")

    def prepare(self) -> None:
        self.operation = self.find()
        self.lead = self.operation.name
        rows = access.scoped(self.actor, queries.TELL, OperationUnit).filter(operation=self.operation)
        self.units = [row.unit for row in rows.select_related("unit__division").order_by("unit__path")]
        if not self.units:
            raise Missing(_("None of your units takes part in this operation."))

    def get_breadcrumbs(self) -> Any:
        return self.way_to(self.operation)

    def make_form(self, data: Any = None, files: Any = None) -> ShotForm:
        spots = list(self.operation.photos.order_by("spot").values_list("spot", flat=True).distinct())
        initial = {"spot": self.request.GET.get("spot", "")[:60], "stage": "after"} if self.request.GET.get("spot") else {}
        return ShotForm(data, files, actor=self.actor, units=self.units, spots=spots, initial=initial)

    def act(self, form: ShotForm) -> str:
        given = form.cleaned_data
        actions.add_photos(
            self.actor, operation_id=self.operation.pk, unit=given["unit"], spot=given["spot"], stage=given["stage"],
            photos=form.photos("photos"),
        )  # fmt: skip
        return self.operation.get_absolute_url()


class PhotoRemove(ActionButton):
    required_verb = queries.TELL
    done = gettext_lazy("Taken off the operation.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        row = access.fetch(self.actor, queries.TELL, OperationPhoto, pk=kwargs["pk"])
        return actions.remove_photo(self.actor, shot_id=row.pk).get_absolute_url()
