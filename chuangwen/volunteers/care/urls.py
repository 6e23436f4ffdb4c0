"""Addresses of care, under /volunteers/care/."""

from django.urls import path

from chuangwen.volunteers.care.views import lists, mine, office, person

urlpatterns = [
    path("", lists.CareList.as_view(), name="care"),
    path("today/", lists.CareToday.as_view(), name="care-today"),
    path("alarms/", lists.AlarmList.as_view(), name="care-alarms"),
    path("mine/", mine.MyPeople.as_view(), name="care-mine"),
    path("mine/keep/", mine.KeepRecord.as_view(), name="care-keep"),
    path("mine/offline/", mine.Offline.as_view(), name="care-offline"),
    path("mine/offline/data", mine.OfflineData.as_view(), name="care-offline-data"),
    path("mine/offline/send", mine.OfflineSend.as_view(), name="care-offline-send"),
    path("mine/sw.js", mine.OfflineWorker.as_view(), name="care-offline-worker"),
    path("birthdays/", office.Birthdays.as_view(), name="care-birthdays"),
    path("birthdays/print/", office.BirthdaysPrint.as_view(), name="care-birthdays-print"),
    path("birthdays/sheet/", office.BirthdaysSheet.as_view(), name="care-birthdays-sheet"),
    path("pairing/", office.Pairing.as_view(), name="care-pairing"),
    path("settings/", office.Settings.as_view(), name="care-settings"),
    path("people/new/", person.PersonNew.as_view(), name="care-person-new"),
    path("people/<int:pk>/", person.PersonPage.as_view(), name="care-person"),
    path("people/<int:pk>/look/", person.Look.as_view(), name="care-look"),
    path("people/<int:pk>/edit/", person.PersonEdit.as_view(), name="care-person-edit"),
    path("people/<int:pk>/rhythm/", person.Rhythm.as_view(), name="care-rhythm"),
    path("people/<int:pk>/helpers/", person.Helpers.as_view(), name="care-helpers"),
    path("people/<int:pk>/record/", person.Record.as_view(), name="care-record"),
    path("people/<int:pk>/away/", person.Away.as_view(), name="care-away"),
    path("people/<int:pk>/back/", person.Back.as_view(), name="care-back"),
    path("people/<int:pk>/end/", person.End.as_view(), name="care-end"),
    path("dues/<int:pk>/excuse/", person.Excuse.as_view(), name="care-excuse"),
    path("alarms/<int:pk>/close/", person.CloseAlarm.as_view(), name="care-alarm-close"),
    path("records/<int:pk>/need/", person.Need.as_view(), name="care-need"),
]
