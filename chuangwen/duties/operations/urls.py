"""Addresses of special operations, under /duties/operations/."""

from django.urls import path

from chuangwen.duties.operations.views import life, parts, today

urlpatterns = [
    path("", life.OperationList.as_view(), name="operations"),
    path("new/", life.OperationEdit.as_view(), name="operation-new"),
    path("today/", today.TodayList.as_view(), name="operations-today"),
    path("<int:pk>/", life.OperationPage.as_view(), name="operation"),
    path("<int:pk>/edit/", life.OperationEdit.as_view(), name="operation-edit"),
    path("<int:pk>/start/", life.Start.as_view(), name="operation-start"),
    path("<int:pk>/end/", life.End.as_view(), name="operation-end"),
    path("<int:pk>/report/", life.Report.as_view(), name="operation-report"),
    path("<int:pk>/cancel/", life.Cancel.as_view(), name="operation-cancel"),
    path("<int:pk>/remind/", life.Remind.as_view(), name="operation-remind"),
    path("<int:pk>/figures.xlsx", life.FiguresSheet.as_view(), name="operation-figures"),
    path("<int:pk>/units/", parts.Units.as_view(), name="operation-units"),
    path("<int:pk>/segments/", parts.SegmentNew.as_view(), name="operation-segment-new"),
    path("<int:pk>/counted/", parts.CountedPage.as_view(), name="operation-counted"),
    path("<int:pk>/photos/", parts.PhotoNew.as_view(), name="operation-photo-new"),
    path("<int:pk>/today/", today.Today.as_view(), name="operation-today"),
    path("segments/<int:pk>/", parts.SegmentEdit.as_view(), name="operation-segment"),
    path("segments/<int:pk>/remove/", parts.SegmentRemove.as_view(), name="operation-segment-remove"),
    path("counted/<int:pk>/remove/", parts.CountedRemove.as_view(), name="operation-counted-remove"),
    path("photos/<int:pk>/remove/", parts.PhotoRemove.as_view(), name="operation-photo-remove"),
]
