"""Addresses of project contests, under /volunteers/contest/."""

from django.urls import path

from chuangwen.volunteers.contest.views import contest, entry, public

urlpatterns = [
    path("", contest.ContestList.as_view(), name="contests"),
    path("new/", contest.ContestNew.as_view(), name="contest-new"),
    path("mine/", entry.Mine.as_view(), name="contest-mine"),
    path("open/", public.OpenContests.as_view(), name="contest-open"),
    path("open/<int:pk>/", public.OpenContest.as_view(), name="contest-open-one"),
    path("<int:pk>/", contest.ContestPage.as_view(), name="contest"),
    path("<int:pk>/edit/", contest.ContestEdit.as_view(), name="contest-edit"),
    path("<int:pk>/call/", contest.ContestCall.as_view(), name="contest-call"),
    path("<int:pk>/close/", contest.ContestClose.as_view(), name="contest-close"),
    path("<int:pk>/reopen/", contest.ContestReopen.as_view(), name="contest-reopen"),
    path("<int:pk>/count/", contest.ContestCount.as_view(), name="contest-count"),
    path("<int:pk>/count-again/", contest.ContestCountAgain.as_view(), name="contest-count-again"),
    path("<int:pk>/publish/", contest.ContestPublish.as_view(), name="contest-publish"),
    path("<int:pk>/call-off/", contest.ContestCallOff.as_view(), name="contest-call-off"),
    path("<int:pk>/jury/", contest.JurorNew.as_view(), name="contest-juror-new"),
    path("<int:pk>/enter/", entry.EntryNew.as_view(), name="contest-enter"),
    path("jurors/<int:pk>/remove/", contest.JurorRemove.as_view(), name="contest-juror-remove"),
    path("entries/<int:pk>/", entry.EntryPage.as_view(), name="contest-entry"),
    path("entries/<int:pk>/edit/", entry.EntryEdit.as_view(), name="contest-entry-edit"),
    path("entries/<int:pk>/papers/", entry.EntryPapers.as_view(), name="contest-entry-papers"),
    path("entries/<int:pk>/admit/", entry.EntryAdmit.as_view(), name="contest-entry-admit"),
    path("entries/<int:pk>/reject/", entry.EntryReject.as_view(), name="contest-entry-reject"),
    path("entries/<int:pk>/withdraw/", entry.EntryWithdraw.as_view(), name="contest-entry-withdraw"),
    path("entries/<int:pk>/score/", entry.EntryScore.as_view(), name="contest-entry-score"),
    path("entries/<int:pk>/conflict/", entry.EntryConflict.as_view(), name="contest-entry-conflict"),
    path("documents/<int:pk>/", entry.Document.as_view(), name="contest-document"),
]
