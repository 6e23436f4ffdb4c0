"""Addresses of meetings, under /duties/meetings/."""

from django.urls import path

from chuangwen.duties.meetings.views import meetings, minutes

urlpatterns = [
    path("", meetings.MeetingList.as_view(), name="meetings"),
    path("new/", meetings.MeetingNew.as_view(), name="meeting-new"),
    path("resolutions/", minutes.ResolutionList.as_view(), name="resolutions"),
    path("items/<int:pk>/minutes/", minutes.WriteMinutes.as_view(), name="minutes-write"),
    path("<int:pk>/", meetings.MeetingPage.as_view(), name="meeting"),
    path("<int:pk>/meeting.xlsx", meetings.MeetingSheet.as_view(), name="meeting-sheet"),
    path("<int:pk>/edit/", meetings.MeetingEdit.as_view(), name="meeting-edit"),
    path("<int:pk>/propose/", meetings.Propose.as_view(), name="meeting-propose"),
    path("<int:pk>/invite/", meetings.Invite.as_view(), name="meeting-invite"),
    path("<int:pk>/open/", meetings.Open.as_view(), name="meeting-open"),
    path("<int:pk>/confirm/", meetings.Confirm.as_view(), name="meeting-confirm"),
    path("<int:pk>/close/", meetings.Close.as_view(), name="meeting-close"),
    path("<int:pk>/cancel/", meetings.Cancel.as_view(), name="meeting-cancel"),
    path("<int:pk>/units/", meetings.Came.as_view(), name="meeting-units"),
    path("<int:pk>/minutes/", minutes.MinutesPage.as_view(), name="minutes"),
    path("<int:pk>/agenda/new/", meetings.ItemEdit.as_view(), name="agenda-new"),
    path("<int:pk>/agenda/<int:item>/", meetings.ItemEdit.as_view(), name="agenda-edit"),
    path("<int:pk>/agenda/<int:item>/move/", meetings.ItemMove.as_view(), name="agenda-move"),
    path("<int:pk>/agenda/<int:item>/remove/", meetings.ItemRemove.as_view(), name="agenda-remove"),
    path("<int:pk>/resolutions/new/", minutes.ResolutionEdit.as_view(), name="resolution-new"),
    path("<int:pk>/resolutions/<int:resolution>/", minutes.ResolutionEdit.as_view(), name="resolution-edit"),
    path("<int:pk>/resolutions/<int:resolution>/remove/", minutes.ResolutionRemove.as_view(), name="resolution-remove"),
]
