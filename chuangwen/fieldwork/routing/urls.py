"""Addresses of routes; part of the room's."""

from django.urls import path

from chuangwen.fieldwork.routing import views

urlpatterns = [
    path("rounds/<int:pk>/routes/", views.RoutesPage.as_view(), name="routes"),
    path("rounds/<int:pk>/routes/lines/", views.RouteLines.as_view(), name="route-lines"),
    path("rounds/<int:pk>/routes/plan/", views.RoutesPlan.as_view(), name="routes-plan"),
    path("rounds/<int:pk>/routes/unpin/", views.RoutesUnpin.as_view(), name="routes-unpin"),
    path("rounds/<int:pk>/routes/distance/", views.RoutesCompared.as_view(), name="routes-compared"),
    path("rounds/<int:pk>/routes/sheets/", views.RoutePapers.as_view(), name="route-papers"),
    path("rounds/<int:pk>/routes/sheets.xlsx", views.RouteWorkbook.as_view(), name="route-workbook"),
    path("routes/places/<int:pk>/move/", views.PlaceMove.as_view(), name="route-place-move"),
    path("routes/places/<int:pk>/step/", views.PlaceStep.as_view(), name="route-place-step"),
    path("routes/places/<int:pk>/off/", views.PlaceOff.as_view(), name="route-place-off"),
    path("routes/places/<int:pk>/unpin/", views.PlaceUnpin.as_view(), name="route-place-unpin"),
]
