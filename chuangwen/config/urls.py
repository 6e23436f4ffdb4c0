"""Addresses: each room brings its own; here they are put under one roof."""

from django.apps import apps
from django.urls import include, path

from chuangwen.config.api import api

urlpatterns = [
    path("", include("chuangwen.overview.urls")),
    path("", include("chuangwen.web.urls")),
    path("account/", include("chuangwen.people.account_urls")),
    path("places/", include("chuangwen.places.urls")),
    path("people/", include("chuangwen.people.urls")),
    path("messages/", include("chuangwen.messaging.urls")),
    path("standards/", include("chuangwen.standards.urls")),
    path("evidence/", include("chuangwen.evidence.urls")),
    path("phone/", include("chuangwen.phone.urls")),
    path("fieldwork/", include("chuangwen.fieldwork.urls")),
    path("cases/", include("chuangwen.cases.urls")),
    path("", include("chuangwen.intake.urls")),
    path("ledger/", include("chuangwen.ledger.urls")),
    path("duties/", include("chuangwen.duties.urls")),
    path("scoring/", include("chuangwen.scoring.urls")),
    path("papers/", include("chuangwen.papers.urls")),
    path("api/v1/", api.urls),
]
if apps.is_installed("chuangwen.volunteers"):
    urlpatterns.append(path("volunteers/", include("chuangwen.volunteers.urls")))
handler400 = "chuangwen.web.errors.bad_request"
handler403 = "chuangwen.web.errors.permission_denied"
handler404 = "chuangwen.web.errors.not_found"
handler500 = "chuangwen.web.errors.server_error"
