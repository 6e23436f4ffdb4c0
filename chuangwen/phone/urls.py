"""Addresses of the room: what the app asks, and the pages about phones."""

from django.urls import URLPattern, URLResolver, path

from chuangwen.phone.views import pages, programs, shell

app_name = "phone"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", shell.ShellView.as_view(), name="shell"),
    path("sw.js", shell.WorkerView.as_view(), name="worker"),
    path("manifest.webmanifest", shell.ManifestView.as_view(), name="manifest"),
    path("api/session", shell.SessionView.as_view(), name="session"),
    path("mine/", pages.MyPhones.as_view(), name="my-phones"),
    path("devices/", pages.Devices.as_view(), name="devices"),
    path("devices/<int:pk>/wipe/", pages.WipePhone.as_view(), name="wipe"),
    path("devices/<int:pk>/sign-out/", pages.SignOutPhone.as_view(), name="sign-out"),
    path("api/devices", programs.DevicesView.as_view(), name="api-devices"),
    path("api/devices/this", programs.ThisDeviceView.as_view(), name="api-device"),
    path("api/devices/wiped", programs.WipedView.as_view(), name="api-wiped"),
    path("api/bundle", programs.BundleView.as_view(), name="api-bundle"),
    path("api/bundle/<str:name>", programs.SectionView.as_view(), name="api-section"),
    path("api/entries", programs.EntriesView.as_view(), name="api-entries"),
]
