"""What the office looks at: the reports with their ratings, a contact where it is needed, how good the proposals are, the settings."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.cases import telling
from chuangwen.cases.models import State
from chuangwen.intake.desk import actions
from chuangwen.intake.desk.forms import ContactForm, SettingsForm
from chuangwen.intake.install import settings_row
from chuangwen.intake.jobs import TRAIN
from chuangwen.intake.learning.training import LEAST_SAMPLES
from chuangwen.intake.masking import mask_contact
from chuangwen.intake.models import CategoryModel, Channel, Report, SystemKey
from chuangwen.intake.sealing import unseal
from chuangwen.kernel import access, jobs
from chuangwen.kernel.models import Job
from chuangwen.standards.models import Family
from chuangwen.web import formatting
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import ChoiceFilter, DateRangeFilter, Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, QFilter
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin


def stars(row: Report) -> str:
    return "★" * row.rating + "☆" * (5 - row.rating) if row.rating else ""


class ReportList(ListPage):
    """Reports from outside, by whatever way they came."""

    title = gettext_lazy("Reports from outside")
    required_verb = "intake.see_reports"
    columns = [
        ListColumn("number", gettext_lazy("Number"), "case.number", sort="case", phone="title", nowrap=True),
        ListColumn(
            "description", gettext_lazy("Problem"), lambda row: row.case.description[:60], export=lambda row: row.case.description
        ),
        ListColumn("channel", pgettext_lazy("report", "Came by"), "get_channel_display", sort="channel"),
        ListColumn(
            "state",
            gettext_lazy("State"),
            lambda row: badge(row.case.get_state_display(), telling.STATE_TONES[row.case.state]),
            export=lambda row: row.case.get_state_display(),
            phone="badge",
        ),
        ListColumn("kind", gettext_lazy("Kind"), "case.kind"),
        ListColumn("sure", pgettext_lazy("report", "Proposal"), lambda row: proposal_words(row), phone="hidden"),
        ListColumn("followers", pgettext_lazy("report", "Followers"), lambda row: row.followers_count or "", kind="int"),
        ListColumn("rating", pgettext_lazy("report", "Rating"), stars, sort="rating", export="rating"),
        ListColumn("received_at", pgettext_lazy("report", "Received"), kind="datetime", sort="received_at"),
    ]
    search_fields = ["=case__number", "case__description", "=reference", "case__site__name"]
    default_sort = "-received_at"
    export_name = gettext_lazy("Reports from outside")
    page_actions = [
        PageAction(gettext_lazy("To be screened"), "/cases/?state=reported&source=resident&source=hotline", icon="list-check"),
        PageAction(gettext_lazy("Enter a hotline order"), "/desk/", icon="phone-call", primary=True, verb="intake.enter"),
    ]
    empty = Empty(
        gettext_lazy("Nobody has reported anything yet."),
        gettext_lazy("Residents report at the address /report/, without an account."),
        gettext_lazy("Open the residents' page"),
        "/report/",
    )

    def get_queryset(self) -> Any:
        rows = access.scoped(self.actor, "intake.see_reports", Report)
        return rows.select_related("case__kind", "proposed_kind").annotate(followers_count=Count("case__followers"))

    def get_filters(self) -> Any:
        return [
            MultiChoiceFilter(key="channel", label=_("Came by"), choices=Channel.choices),
            QFilter(
                key="open", label=_("Open or ended"),
                options={
                    "1": (_("open"), ~Q(case__state__in=(State.CLOSED, State.REJECTED, State.MERGED))),
                    "0": (_("ended"), Q(case__state__in=(State.CLOSED, State.REJECTED, State.MERGED))),
                },
            ),
            QFilter(
                key="rated", label=_("Rating"),
                options={
                    "bad": (_("one or two stars"), Q(rating__lte=2)), "good": (_("four or five stars"), Q(rating__gte=4)),
                    "disputed": (_("said not to be solved"), Q(disputed_at__isnull=False)),
                },
            ),
            *self.of_a_system,
            DateRangeFilter(key="received", field="received_at", label=pgettext_lazy("report", "Received")),
        ]  # fmt: skip

    @cached_property
    def of_a_system(self) -> list[ChoiceFilter]:
        """Where the page of a key leads here: which system brought them. Otherwise nobody needs it, and the list costs no query for it."""
        if "system" not in self.request.GET:
            return []
        keys = [(str(pk), name) for pk, name in SystemKey.objects.values_list("pk", "name")]
        return [ChoiceFilter(key="system", label=pgettext("system", "System"), choices=keys)]

    def row_url(self, row: Report) -> str:
        return reverse("cases:detail", args=[row.case_id])


def proposal_words(row: Report) -> str:
    """乱贴小广告 · 87% · 已采用: what was proposed, how surely, and what people made of it."""
    if row.proposed_kind is None:
        return ""
    share = formatting.percent(row.proposed_share, 0) if row.proposed_share is not None else pgettext("report", "keywords")
    taken = {True: _("taken"), False: pgettext("report", "changed"), None: _("not chosen")}[row.kind_kept]
    return f"{row.proposed_kind} · {share} · {taken}"


class ContactPage(FormPage):
    """How the reporter can be reached: shown once a reason is given."""

    title = gettext_lazy("How the reporter can be reached")
    required_verb = "intake.see_contact"
    template_name = "intake/contact.html"
    form_class = ContactForm
    submit = gettext_lazy("Show")
    shown = ""

    def prepare(self) -> None:
        self.report = access.fetch(self.actor, "intake.see_contact", Report.objects.select_related("case"), pk=self.kwargs["pk"])
        self.cancel_url = reverse("cases:detail", args=[self.report.case_id])

    def get_breadcrumbs(self) -> Any:
        return [
            (_("Reports from outside"), reverse("intake:reports")),
            (self.report.case.number, reverse("cases:detail", args=[self.report.case_id])),
        ]

    def act(self, form: ContactForm) -> HttpResponse:
        self.shown = actions.contact_of(self.actor, report_id=self.report.pk, reason=form.cleaned_data["reason"])
        return self.answer(form)

    def extra_context(self) -> dict[str, Any]:
        return {"report": self.report, "shown": self.shown, "masked": mask_contact(unseal(self.report.contact))}


class ModelPage(PageMixin, View):
    """How good the proposals of kinds are: what they were trained on, how they do on cases they have not seen, what they mix up."""

    title = gettext_lazy("Proposals of kinds")
    required_verb = "intake.see_model"
    lead = gettext_lazy(
        "What residents and the desk are offered is learned from the town's own closed cases. Nothing is decided by it: people choose."
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = list(CategoryModel.objects.defer("body")[:5])
        newest = rows[0] if rows else None
        kept = Report.objects.filter(kind_kept__isnull=False).aggregate(
            asked=Count("pk"), kept=Count("pk", filter=Q(kind_kept=True))
        )
        running = Job.objects.filter(kind=TRAIN, state__in=(Job.State.QUEUED, Job.State.RUNNING)).order_by("-pk").first()
        failed = Job.objects.filter(kind=TRAIN, account__isnull=False).order_by("-pk").first()
        context = self.get_context_data(
            newest=newest, facts=newest.facts if newest else {}, earlier=rows[1:], confusion=confusion(newest) if newest else None, kept=kept,
            kept_share=kept["kept"] / kept["asked"] if kept["asked"] else None, running=running,
            failed=failed if failed and failed.state == Job.State.FAILED else None, least=LEAST_SAMPLES,
            may_train=self.actor.may("intake.train"),
        )  # fmt: skip
        return render(request, "intake/model.html", context)


def confusion(row: CategoryModel) -> dict[str, Any]:
    """The table of families: names, and per row the counts with the share of the row (0 to 1) as a step of shade (0 to 4)."""
    names = dict(Family.objects.values_list("code", "name"))
    table = row.facts["confusion"]
    lines = []
    for at, (code, counts) in enumerate(zip(table["families"], table["rows"], strict=True)):
        total = sum(counts) or 1
        cells = [(count, min(4, -(-4 * count // total)) if count else 0, place == at) for place, count in enumerate(counts)]
        lines.append({"name": names.get(code, code), "cells": cells, "total": sum(counts), "right": counts[at] / total})
    return {"heads": [names.get(code, code) for code in table["families"]], "lines": lines}


class TrainButton(ActionButton):
    """Train now, by a job."""

    required_verb = "intake.train"
    done = gettext_lazy("Training has begun. This page shows when it is done.")

    def act(self, request: HttpRequest) -> str:
        if not Job.objects.filter(kind=TRAIN, state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists():
            jobs.start(
                self.actor,
                TRAIN,
                {"account": self.actor.account_id},
                title=_("Learning kinds of problems"),
                result_url=reverse("intake:model"),
            )
        return reverse("intake:model")


class SettingsPage(FormPage):
    """What the office sets for reports from outside."""

    title = gettext_lazy("Settings of reports from outside")
    required_verb = "intake.settings"
    done = gettext_lazy("Saved.")

    def get_breadcrumbs(self) -> Any:
        return [(_("Reports from outside"), reverse("intake:reports") if self.actor.may("intake.see_reports") else None)]

    def get_form(self, data: Any = None, files: Any = None) -> SettingsForm:
        return SettingsForm(data, instance=settings_row())

    def act(self, form: SettingsForm) -> str:
        actions.save_settings(self.actor, **form.cleaned_data)
        return reverse("intake:settings")
