"""Addresses of the room, package by package."""

from django.urls import include, path

from chuangwen.duties.load.urls import urlpatterns as load_addresses
from chuangwen.duties.rhythm.urls import urlpatterns as rhythm_addresses

app_name = "duties"
urlpatterns = [
    path("sponsorship/", include("chuangwen.duties.sponsorship.urls")),
    *rhythm_addresses,
    *load_addresses,
    path("rosters/", include("chuangwen.duties.rosters.urls")),
    path("partnerships/", include("chuangwen.duties.partnership.urls")),
    path("works/", include("chuangwen.duties.works.urls")),
    path("meetings/", include("chuangwen.duties.meetings.urls")),
    path("inspections/", include("chuangwen.duties.inspection_days.urls")),
    path("operations/", include("chuangwen.duties.operations.urls")),
]
