"""Addresses of inspection days, under /duties/inspections/."""

from django.urls import path

from chuangwen.duties.inspection_days.views import board, days, working_up

urlpatterns = [
    path("", days.InspectionList.as_view(), name="inspections"),
    path("new/", days.InspectionEdit.as_view(), name="inspection-new"),
    path("ours/", board.OurPlaces.as_view(), name="our-places"),
    path("<int:pk>/", board.BoardPage.as_view(), name="inspection"),
    path("<int:pk>/board/", board.BoardPart.as_view(), name="inspection-board"),
    path("<int:pk>/places.xlsx", board.PlacesSheet.as_view(), name="inspection-sheet"),
    path("<int:pk>/edit/", days.InspectionEdit.as_view(), name="inspection-edit"),
    path("<int:pk>/start/", days.Start.as_view(), name="inspection-start"),
    path("<int:pk>/end/", days.End.as_view(), name="inspection-end"),
    path("<int:pk>/resume/", days.Resume.as_view(), name="inspection-resume"),
    path("<int:pk>/close/", days.Close.as_view(), name="inspection-close"),
    path("<int:pk>/phones/", board.PhoneList.as_view(), name="inspection-phones"),
    path("<int:pk>/phones.html", board.PhoneFile.as_view(), name="inspection-phones-file"),
    path("<int:pk>/phones.xlsx", board.PhoneSheet.as_view(), name="inspection-phones-sheet"),
    path("<int:pk>/places/new/", board.PlaceNew.as_view(), name="inspection-place-new"),
    path("<int:pk>/after/", working_up.AfterList.as_view(), name="after-list"),
    path("<int:pk>/after/new/", working_up.FoundEdit.as_view(), name="after-new"),
    path("places/<int:pk>/", board.PlacePage.as_view(), name="inspection-place"),
    path("places/<int:pk>/state/", board.PlaceState.as_view(), name="inspection-place-state"),
    path("places/<int:pk>/remove/", board.PlaceRemove.as_view(), name="inspection-place-remove"),
    path("places/<int:pk>/assign/", board.Assign.as_view(), name="inspection-assign"),
    path("places/<int:pk>/problem/", board.Problem.as_view(), name="inspection-problem"),
    path("assignments/<int:pk>/release/", board.Release.as_view(), name="inspection-release"),
    path("after/<int:pk>/", working_up.FoundEdit.as_view(), name="after-edit"),
    path("after/<int:pk>/follow/", working_up.Follow.as_view(), name="after-follow"),
]
