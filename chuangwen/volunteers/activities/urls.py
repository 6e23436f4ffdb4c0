"""Addresses of activities, under /volunteers/activities/."""

from django.urls import path, re_path

from chuangwen.volunteers.activities.views import activity, lists, mine

urlpatterns = [
    path("", lists.ActivityList.as_view(), name="activities"),
    path("calendar/", lists.MonthCalendar.as_view(), name="activity-calendar"),
    path("new/", lists.ActivityNew.as_view(), name="activity-new"),
    path("again/", lists.DraftAgain.as_view(), name="activity-again"),
    path("theme/", lists.ThemeEdit.as_view(), name="activity-theme"),
    path("team-calendar/", lists.TeamCalendar.as_view(), name="activity-team-calendar"),
    path("mine/", mine.Mine.as_view(), name="activity-mine"),
    path("mine/calendar/", mine.CalendarGive.as_view(), name="activity-calendar-give"),
    path("present/", mine.Present.as_view(), name="activity-present"),
    path("present/data", mine.PresentData.as_view(), name="activity-present-data"),
    path("present/send", mine.PresentSend.as_view(), name="activity-present-send"),
    path("present/sw.js", mine.PresentWorker.as_view(), name="activity-present-worker"),
    re_path(r"^calendars/(?P<token>[A-Za-z0-9_-]{16,64})\.ics$", mine.FeedText.as_view(), name="activity-feed"),
    path("<int:pk>/", activity.ActivityPage.as_view(), name="activity"),
    path("<int:pk>/edit/", activity.ActivityEdit.as_view(), name="activity-edit"),
    path("<int:pk>/ask/", activity.Ask.as_view(), name="activity-ask"),
    path("<int:pk>/send-back/", activity.SendBack.as_view(), name="activity-send-back"),
    path("<int:pk>/approve/", activity.Approve.as_view(), name="activity-approve"),
    path("<int:pk>/open/", activity.OpenSignUp.as_view(), name="activity-open"),
    path("<int:pk>/hold/", activity.Hold.as_view(), name="activity-hold"),
    path("<int:pk>/close/", activity.Close.as_view(), name="activity-close"),
    path("<int:pk>/call-off/", activity.CallOff.as_view(), name="activity-call-off"),
    path("<int:pk>/photos/", activity.Photos.as_view(), name="activity-photos"),
    path("<int:pk>/opinion/", activity.Opinion.as_view(), name="activity-opinion"),
    path("<int:pk>/shifts/new/", activity.ShiftNew.as_view(), name="activity-shift-new"),
    path("shifts/<int:pk>/", activity.ShiftEdit.as_view(), name="activity-shift"),
    path("shifts/<int:pk>/remove/", activity.ShiftRemove.as_view(), name="activity-shift-remove"),
    path("shifts/<int:pk>/sign-up/", activity.SignUpButton.as_view(), name="activity-sign-up"),
    path("shifts/<int:pk>/sign-up-for/", activity.SignUpFor.as_view(), name="activity-sign-up-for"),
    path("shifts/<int:pk>/present/", activity.EnterPresence.as_view(), name="activity-enter"),
    path("shifts/<int:pk>/code/", activity.CodePage.as_view(), name="activity-code"),
    path("shifts/<int:pk>/code.svg", activity.CodeImage.as_view(), name="activity-code-image"),
    path("sign-ups/<int:pk>/withdraw/", activity.WithdrawButton.as_view(), name="activity-withdraw"),
    path("sign-ups/<int:pk>/take-out/", activity.TakeOut.as_view(), name="activity-take-out"),
    path("presences/<int:pk>/end/", activity.EndPresence.as_view(), name="activity-presence-end"),
    path("presences/<int:pk>/strike/", activity.StrikePresence.as_view(), name="activity-presence-strike"),
]
