"""Addresses of duties at a rhythm."""

from django.urls import path, re_path

from chuangwen.duties.rhythm.views import duties, feeds, occurrences, week

urlpatterns = [
    path("", occurrences.OverviewPage.as_view(), name="overview"),
    path("week/", week.WeekPage.as_view(), name="week"),
    path("occurrences/", occurrences.OccurrenceList.as_view(), name="occurrences"),
    path("occurrences/<int:pk>/", occurrences.OccurrencePage.as_view(), name="occurrence"),
    path("occurrences/<int:pk>/record/", week.RecordDone.as_view(), name="record"),
    path("occurrences/<int:pk>/ask/", occurrences.AskExcuse.as_view(), name="ask-excuse"),
    path("occurrences/<int:pk>/excuse/", occurrences.Excuse.as_view(), name="excuse"),
    path("occurrences/<int:pk>/decline/", occurrences.DeclineExcuse.as_view(), name="decline-excuse"),
    path("occurrences/<int:pk>/owed-again/", occurrences.ExcuseBack.as_view(), name="excuse-back"),
    path("records/<int:pk>/remove/", week.RecordRemove.as_view(), name="record-remove"),
    path("rhythm/", duties.DutyList.as_view(), name="duties"),
    path("rhythm/new/", duties.DutyEdit.as_view(), name="duty-new"),
    path("rhythm/preview/", duties.DutyPreview.as_view(), name="duty-preview"),
    path("rhythm/<int:pk>/", duties.DutyPage.as_view(), name="duty"),
    path("rhythm/<int:pk>/edit/", duties.DutyEdit.as_view(), name="duty-edit"),
    path("rhythm/<int:pk>/end/", duties.DutyEnd.as_view(), name="duty-end"),
    path("calendars/", feeds.FeedList.as_view(), name="feeds"),
    path("calendars/new/", feeds.FeedNew.as_view(), name="feed-new"),
    path("calendars/<int:pk>/withdraw/", feeds.FeedWithdraw.as_view(), name="feed-withdraw"),
    re_path(r"^calendars/(?P<token>[A-Za-z0-9_-]{16,64})\.ics$", feeds.FeedText.as_view(), name="feed-text"),
]
