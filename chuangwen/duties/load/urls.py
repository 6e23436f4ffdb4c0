"""Addresses of the load meter."""

from django.urls import path

from chuangwen.duties.load import views

urlpatterns = [
    path("load/", views.LoadTable.as_view(), name="load"),
    path("load/load.xlsx", views.LoadSheet.as_view(), name="load-sheet"),
    path("load/limits/", views.Limits.as_view(), name="load-limits"),
    path("load/limits/usual-totals/", views.UsualTotals.as_view(), name="load-usual-totals"),
    path("load/units/<int:pk>/", views.LoadWeek.as_view(), name="load-week"),
]
