"""Addresses of the room, package by package."""

from chuangwen.duties.rhythm.urls import urlpatterns as rhythm_addresses

app_name = "duties"
urlpatterns = [*rhythm_addresses]
