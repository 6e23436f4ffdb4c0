"""Addresses of the kernel's pages."""

from django.urls import path

from chuangwen.web import job_views
from chuangwen.web.system.views import audit, calendar, imports, jobs

urlpatterns = [
    path("imports/", imports.Overview.as_view(), name="imports"),
    path("imports/history/", imports.History.as_view(), name="import-history"),
    path("imports/kinds/<slug:kind>/", imports.Kind.as_view(), name="import-kind"),
    path("imports/kinds/<slug:kind>/template.xlsx", imports.template, name="import-template"),
    path("imports/runs/<int:pk>/", imports.RunPage.as_view(), name="import-run"),
    path("imports/runs/<int:pk>/answers/", imports.answer, name="import-answers"),
    path("imports/runs/<int:pk>/confirm/", imports.confirm, name="import-confirm"),
    path("imports/runs/<int:pk>/problems.xlsx", imports.problems, name="import-problems"),
    path("imports/runs/<int:pk>/file/", imports.original, name="import-file"),
    path("jobs/", jobs.JobList.as_view(), name="jobs"),
    path("jobs/indicator/", job_views.indicator, name="job-indicator"),
    path("jobs/<int:pk>/", jobs.JobPage.as_view(), name="job"),
    path("jobs/<int:pk>/progress/", job_views.progress, name="job-progress"),
    path("jobs/<int:pk>/cancel/", job_views.cancel, name="job-cancel"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job-retry"),
    path("audit/", audit.Trail.as_view(), name="audit"),
    path("audit/check/", audit.Check.as_view(), name="audit-check"),
    path("audit/<int:number>/", audit.Entry.as_view(), name="audit-entry"),
    path("calendar/", calendar.Year.as_view(), name="calendar"),
    path("calendar/days/", calendar.Days.as_view(), name="calendar-days"),
    path("calendar/hours/", calendar.Hours.as_view(), name="calendar-hours"),
]
