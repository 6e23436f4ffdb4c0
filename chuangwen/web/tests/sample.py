"""A list page over the kernel's jobs: the one table with words, states, moments, numbers and a yes-or-no that this room may know."""

from datetime import datetime, timedelta

from django import forms
from django.contrib.messages.storage.cookie import CookieStorage
from django.db.models import Q
from django.test import RequestFactory

from chuangwen.kernel import access, clock
from chuangwen.kernel.models import Job
from chuangwen.web.forms import Form
from chuangwen.web.lists import (
    BooleanFilter,
    BulkAction,
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    LinkFilter,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    QFilter,
    SavedView,
    TextFilter,
)

MORNING = datetime(2026, 11, 21, 8, 0, tzinfo=clock.LOCAL)


def make_jobs(count: int, **values) -> list[Job]:
    """Jobs a minute apart, the first the oldest."""
    return Job.objects.bulk_create(
        Job(
            kind="sample",
            title=values.get("title", f"job {number:04d}"),
            state=values.get("state", "queued"),
            created_at=values.get("created_at", MORNING + timedelta(minutes=number)),
            not_before=MORNING,
            done=number,
            total=count,
            cancel_asked=values.get("cancel_asked", False),
        )
        for number in range(count)
    )


class Reason(Form):
    reason = forms.CharField(label="原因")


def stop(request, queryset, data):
    return f"stopped {queryset.update(state='cancelled', error=data.get('reason', ''))}"


class JobList(ListPage):
    title = "Jobs"
    columns = [
        ListColumn("title", "Title", sort="title"),
        ListColumn("state", "State", "get_state_display", sort=("state", "title")),
        ListColumn("created_at", "Created", sort="created_at", kind="datetime"),
        ListColumn("done", "Done", sort="done", kind="int"),
    ]
    filters = [
        ChoiceFilter(key="kind", label="Kind", choices=lambda: [("sample", "Sample"), ("other", "Other")]),
        MultiChoiceFilter(key="state", label="State", choices=Job.State.choices),
        DateRangeFilter(key="created", label="Created", field="created_at"),
        BooleanFilter(key="stopping", label="Stopping", field="cancel_asked"),
        TextFilter(key="named", label="Named", field="title", more=True),
        QFilter(
            key="size",
            label="Size",
            options={"large": ("Large", lambda: Q(total__gte=100)), "small": ("Small", Q(total__lt=100))},
        ),
        LinkFilter(key="job", label="Job", field="pk", name=lambda value: Job.objects.get(pk=value).title),
    ]
    search_fields = ["=title", "error"]
    default_sort = "-created_at"
    export_name = "Jobs"
    saved_views = [SavedView("All"), SavedView("Failed", "state=failed")]
    bulk_actions = [
        BulkAction("stop", "Stop", stop),
        BulkAction("stop_because", "Stop because", stop, form=Reason),
        BulkAction("stop_surely", "Stop surely", stop, confirm="Are you sure?"),
        BulkAction("hidden", "Hidden", stop, verb="kernel.see_jobs"),
    ]
    empty = Empty("No jobs", "Start one first.", "Start", "/start/")

    def get_queryset(self):
        return Job.objects.exclude(kind="secret")


def ask(query="", *, method="get", data=None, headers=None, actor=access.SYSTEM, page=JobList):
    """The answer of the list page to an address, without a server."""
    factory = RequestFactory()
    path = f"/sample/{query}"
    request = factory.post(path, data or {}, headers=headers) if method == "post" else factory.get(path, headers=headers)
    request.actor = actor
    request._messages = CookieStorage(request)
    return page.as_view()(request)


def titles(response) -> list[str]:
    """The first cells of the table, in order."""
    import re

    return re.findall(r'<td class="cw-phone-body"\s+data-label="Title">(?:<a[^>]*>)?([^<]*)', response.content.decode())
