"""The audit trail: who did what when, from where, before and after; and whether the chain holds."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, audit, trail_check
from chuangwen.kernel.access import VERBS
from chuangwen.kernel.models import AuditEntry, Job
from chuangwen.web import formatting
from chuangwen.web.lists import (
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    LinkFilter,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    TextFilter,
)
from chuangwen.web.system.differences import differences
from chuangwen.web.views import PageMixin, PartMixin

VERB = "kernel.see_audit"
CHANNELS = (
    ("page", pgettext_lazy("audit", "page")),
    ("api", pgettext_lazy("audit", "interface")),
    ("command", pgettext_lazy("audit", "command line")),
    ("job", pgettext_lazy("audit", "job")),
)


def verb_label(entry: AuditEntry) -> Any:
    return VERBS[entry.verb].label if entry.verb in VERBS else entry.verb


def channel_label(entry: AuditEntry) -> Any:
    return dict(CHANNELS).get(entry.channel, entry.channel)


def _subject(value: str) -> Q:
    kind, _sep, key = value.partition(":")
    return Q(kind=kind, object_id=key)


def _subject_name(value: str) -> str | None:
    """The newest title of the object that ``kind:id`` names."""
    entry = AuditEntry.objects.filter(_subject(value)).order_by("-number").first()
    return (entry.title or value) if entry else None


class Trail(ListPage):
    """Every entry, newest first."""

    title = gettext_lazy("Audit trail")
    lead = gettext_lazy(
        "Who did what when, from where. Entries are kept for six months at least; nothing in this program deletes or changes one."
    )
    required_verb = VERB
    default_sort = "-number"
    search_fields = ("title", "note")
    search_hint = gettext_lazy("Object or note")
    columns = (
        ListColumn(
            "at",
            pgettext_lazy("audit", "When"),
            lambda entry: formatting.moment(entry.at),
            sort="number",
            export="at",
            kind="datetime",
            nowrap=True,
        ),
        ListColumn("actor_name", pgettext_lazy("audit", "Who"), nowrap=True),
        ListColumn("verb", pgettext_lazy("audit", "What"), verb_label, phone="title", width=24),
        ListColumn("title", pgettext_lazy("audit", "Object"), width=40),
        ListColumn("channel", pgettext_lazy("audit", "By way of"), channel_label),
        ListColumn("address", pgettext_lazy("audit", "Address"), phone="hidden", nowrap=True),
    )
    export_columns = (
        ListColumn("number", pgettext_lazy("audit", "No."), kind="int"),
        ListColumn("at", pgettext_lazy("audit", "When"), kind="datetime"),
        ListColumn("actor_name", pgettext_lazy("audit", "Who")),
        ListColumn("actor_id", pgettext_lazy("audit", "Account"), kind="int"),
        ListColumn("verb", pgettext_lazy("audit", "What"), verb_label, width=24),
        ListColumn("verb_name", pgettext_lazy("audit", "Verb"), "verb"),
        ListColumn("title", pgettext_lazy("audit", "Object"), width=40),
        ListColumn("kind", pgettext_lazy("audit", "Kind")),
        ListColumn("object_id", pgettext_lazy("audit", "Key")),
        ListColumn("channel", pgettext_lazy("audit", "By way of"), channel_label),
        ListColumn("address", pgettext_lazy("audit", "Address")),
        ListColumn("changes", pgettext_lazy("audit", "Changes"), lambda entry: in_one_line(entry), width=60),
        ListColumn("note", pgettext_lazy("audit", "Note")),
        ListColumn("hash", gettext_lazy("Hash"), width=20),
    )
    filters = (
        TextFilter(key="who", label=pgettext_lazy("audit", "Who"), field="actor_name"),
        ChoiceFilter(
            key="verb",
            label=pgettext_lazy("audit", "What"),
            choices=lambda: sorted(((v.name, v.label) for v in VERBS.values()), key=lambda v: v[0]),
        ),
        DateRangeFilter(key="at", label=pgettext_lazy("audit", "Day")),
        MultiChoiceFilter(key="channel", label=pgettext_lazy("audit", "By way of"), choices=CHANNELS, more=True),
        TextFilter(key="address", label=pgettext_lazy("audit", "Address"), lookup="istartswith", more=True),
        LinkFilter(key="object", label=pgettext_lazy("audit", "Object"), name=_subject_name, condition=_subject),
    )
    template_name = "web/system/audit.html"
    export_name = gettext_lazy("Audit trail")
    empty = Empty(gettext_lazy("Nothing was done yet"), gettext_lazy("Every action leaves an entry here."), icon="shield-check")

    def get_queryset(self) -> QuerySet:
        return access.scoped(self.actor, VERB, AuditEntry)

    def row_url(self, row: AuditEntry) -> str:
        return reverse("audit-entry", args=[row.number])

    def list_context(self) -> dict[str, Any]:
        return super().list_context() | {"checked": trail_check.last()}


def in_one_line(entry: AuditEntry) -> str:
    """What changed, for a cell of a sheet."""
    return "；".join(
        f"{one.label}：{one.before} → {one.after}" for one in differences(entry.before, entry.after, entry.kind) if one.changed
    )


class Entry(PageMixin, View):
    """One entry: the facts, before and after, and whether its seal holds."""

    required_verb = VERB
    entry: AuditEntry

    def get_title(self) -> Any:
        return verb_label(self.entry)

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(Trail.title, reverse("audit")), (_("No. %(number)d") % {"number": self.entry.number}, None)]

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        self.entry = entry = access.fetch(self.actor, VERB, AuditEntry, number=number)
        before = AuditEntry.objects.filter(number=number - 1).values_list("hash", flat=True).first()
        linked = entry.previous == (before if number > 1 else audit.FIRST)
        changes = differences(entry.before, entry.after, entry.kind)
        context = self.get_context_data(
            entry=entry,
            facts=[
                (pgettext("audit", "When"), formatting.moment(entry.at)),
                (pgettext("audit", "Who"), entry.actor_name or pgettext("audit", "nobody")),
                (pgettext("audit", "Object"), entry.title),
                (pgettext("audit", "By way of"), channel_label(entry)),
                (pgettext("audit", "Address"), entry.address),
                (pgettext("audit", "Note"), entry.note),
            ],
            seal=[
                (pgettext("audit", "No."), entry.number),
                (pgettext("audit", "Verb"), entry.verb),
                (_("Kind and key"), " ".join(part for part in (entry.kind, entry.object_id) if part)),
                (_("Hash"), entry.hash),
                (_("Hash of the entry before"), entry.previous),
            ],
            holds=audit.holds(entry) and linked,
            differences=changes,
            two_sided=entry.before is not None and entry.after is not None,
            history=f"{entry.kind}:{entry.object_id}" if entry.object_id else "",
            earlier=number - 1 if before else None,
            later=AuditEntry.objects.filter(number=number + 1).values_list("number", flat=True).first(),
        )
        return render(request, "web/system/audit_entry.html", context)


class Check(PartMixin, PageMixin, View):
    """Verifying the whole chain: the button, the progress, the result."""

    title = gettext_lazy("Check of the audit chain")
    required_verb = VERB
    part_id = "trail-check"
    part_template = "web/system/audit_check_part.html"

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(Trail.title, reverse("audit"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        job = trail_check.last()
        done = job is not None and job.state == Job.State.DONE
        oldest = AuditEntry.objects.order_by("number").values_list("at", flat=True).first()
        context = self.get_context_data(job=job, result=job.result if done else None, oldest=oldest)
        return render(request, self.part_template if self.wants_part() else "web/system/audit_check.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        trail_check.start(self.actor)
        return HttpResponseRedirect(reverse("audit-check"))
