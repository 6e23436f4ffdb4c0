"""Addresses of the room, each in its part."""

from django.urls import include, path

app_name = "duties"
urlpatterns = [
    path("sponsorship/", include("chuangwen.duties.sponsorship.urls")),
]
