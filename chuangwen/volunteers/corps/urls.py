"""Addresses of teams and volunteers."""

from django.urls import path

from chuangwen.volunteers.corps.views.home import DeskPage, MePage

urlpatterns = [
    path("", DeskPage.as_view(), name="home"),
    path("me/", MePage.as_view(), name="me"),
]
