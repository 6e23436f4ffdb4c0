"""Leave and shifts of office holders: noted by the unit, or by oneself beforehand; what explains records in working time."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.hours import actions, queries
from chuangwen.volunteers.hours.access import NOTE, NOTE_OWN
from chuangwen.volunteers.hours.forms import OffDutyForm, OwnOffDutyForm, WhyForm
from chuangwen.volunteers.hours.models import OffDuty
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, import_button
from chuangwen.web.templatetags.web import badge

HOME = gettext_lazy("Leave and shifts")


def _who(row: OffDuty) -> str:
    return row.volunteer.person.name if row.volunteer is not None else pgettext("off duty", "all of the unit")


def _state(row: OffDuty) -> Any:
    return badge(pgettext("off duty", "withdrawn"), "quiet") if row.ended_at else badge(pgettext("off duty", "holds"), "ok")


def _said(row: OffDuty) -> str:
    return pgettext("off duty", "the unit") if row.by_unit else pgettext("off duty", "oneself, beforehand")


class OffDutyList(ListPage):
    """What was noted for the units of the area."""

    title = export_name = HOME
    required_verb = NOTE
    lead = gettext_lazy("Who was on leave or works by shifts is not asked about service in working hours. Kind and days are kept, no cause.")
    columns = [
        ListColumn("who", pgettext_lazy("off duty", "Who"), _who, phone="title", nowrap=True),
        ListColumn("unit", gettext_lazy("Unit"), "unit.name", sort=("unit__path", "pk")),
        ListColumn("kind", pgettext_lazy("off duty", "What it is"), "get_kind_display", sort=("kind", "pk")),
        ListColumn("starts_on", gettext_lazy("From"), kind="date", sort=("starts_on", "pk"), nowrap=True),
        ListColumn("ends_on", gettext_lazy("Until"), kind="date", sort=("ends_on", "pk"), nowrap=True),
        ListColumn("half", pgettext_lazy("off duty", "Which part of the day"), "get_half_display"),
        ListColumn("said", pgettext_lazy("off duty", "Said by"), _said),
        ListColumn("state", gettext_lazy("State"), _state, phone="badge"),
    ]
    default_sort = ("-starts_on", "-pk")
    search_fields = ["volunteer__person__name", "unit__name"]
    empty = Empty(
        gettext_lazy("Nothing is noted yet"), gettext_lazy("Note leave and shifts, or bring in the sheet that the unit keeps."),
        icon="calendar-event",
    )  # fmt: skip

    def get_breadcrumbs(self) -> Any:
        return [(_("Doubts about hours"), reverse("volunteers:hours-doubts"))] if self.actor.may(queries.DOUBTS) else []

    def get_queryset(self) -> Any:
        return access.scoped(self.actor, NOTE, OffDuty).select_related("unit", "volunteer__person")

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = [MultiChoiceFilter(key="kind", label=pgettext("off duty", "What it is"), choices=OffDuty.Kind.choices)]
        return self._filters

    def get_page_actions(self) -> list[PageAction]:
        new = PageAction(_("Note leave or shifts"), reverse("volunteers:hours-off-duty-new"), icon="plus", primary=True)
        return [*import_button(self.actor, "volunteer-off-duty"), new]

    def row_url(self, row: OffDuty) -> str | None:
        return row.get_absolute_url() if row.ended_at is None else None


class OffDutyNew(FormPage):
    required_verb = NOTE
    title = gettext_lazy("Note leave or shifts")
    explanation = gettext_lazy("It holds for days that are over too. Open doubts that it explains end at the next look. No cause is asked for.")
    done = gettext_lazy("Noted.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:hours-off-duty"))]

    def get_form(self, data: Any = None, files: Any = None) -> OffDutyForm:
        return OffDutyForm(data, actor=self.actor)

    def act(self, form: Any) -> str:
        actions.note_off_duty(self.actor, **form.cleaned_data)
        return reverse("volunteers:hours-off-duty")


class OwnOffDuty(FormPage):
    """One's own, and what stands of it."""

    required_verb = NOTE_OWN
    title = gettext_lazy("My leave and shifts")
    form_class = OwnOffDutyForm
    template_name = "volunteers/hours/own_off_duty.html"
    explanation = gettext_lazy(
        "Who holds a post and serves in working hours is asked about it. Say beforehand that you are on leave, and nobody asks. "
        "For days that are over your unit says it. Kind and days are kept, no cause."
    )
    done = gettext_lazy("Noted.")

    def get_breadcrumbs(self) -> Any:
        return [(_("My service record"), reverse("volunteers:hours-mine"))]

    def extra_context(self) -> dict[str, Any]:
        rows = access.scoped(self.actor, NOTE_OWN, OffDuty).select_related("unit")[:20]
        return {"rows": [(row, _state(row), _said(row)) for row in rows]}

    def act(self, form: Any) -> str:
        actions.note_own_off_duty(self.actor, **form.cleaned_data)
        return reverse("volunteers:hours-off-duty-own")


class OffDutyEnd(FormPage):
    """It is not so."""

    required_verb = NOTE_OWN
    title = gettext_lazy("Withdraw the note")
    form_class = WhyForm
    tone = "danger"
    done = gettext_lazy("Withdrawn. Records of these days are asked about again.")

    def prepare(self) -> None:
        rows = OffDuty.objects.filter(pk=self.kwargs["pk"], ended_at__isnull=True).select_related("unit", "volunteer__person")
        self.desk = self.actor.may(NOTE) and access.scoped(self.actor, NOTE, rows).exists()
        found = rows.first() if self.desk else access.scoped(self.actor, NOTE_OWN, rows.filter(by_unit=False)).first()
        if found is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        self.lead = f"{_who(found)} · {found.unit} · {found.get_kind_display()}"

    def get_breadcrumbs(self) -> Any:
        if self.desk:
            return [(HOME, reverse("volunteers:hours-off-duty"))]
        return [(_("My leave and shifts"), reverse("volunteers:hours-off-duty-own"))]

    def act(self, form: Any) -> str:
        actions.withdraw_off_duty(self.actor, off_duty_id=self.kwargs["pk"], **form.cleaned_data)
        return reverse("volunteers:hours-off-duty" if self.desk else "volunteers:hours-off-duty-own")
