"""Addresses of the room, part by part: ``/volunteers/<part>/``. Names are in one namespace: ``volunteers:teams``."""

from django.urls import include, path

from chuangwen.volunteers.parts import bring

app_name = "volunteers"
urlpatterns = [path(f"{part}/", include(module.urlpatterns)) for part, module in bring("urls")]
