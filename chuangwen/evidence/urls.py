"""Addresses of the room."""

from django.urls import path

from chuangwen.evidence.views import doubts, photos, releases, uploads

app_name = "evidence"
urlpatterns = [
    path("photo/<int:pk>/<str:variant>", photos.photo, name="photo"),
    path("photo/<int:pk>/", doubts.Record.as_view(), name="record"),
    path("doubts/", doubts.DoubtList.as_view(), name="doubts"),
    path("doubts/by-unit/", doubts.DoubtsByUnit.as_view(), name="doubts-by-unit"),
    path("doubts/<int:pk>/", doubts.DoubtPage.as_view(), name="doubt"),
    path("doubts/<int:pk>/decide/", doubts.Decide.as_view(), name="decide"),
    path("releases/", releases.ReleaseList.as_view(), name="releases"),
    path("releases/<int:pk>/", releases.Cover.as_view(), name="cover"),
    path("releases/<int:pk>/ask/", releases.AskRelease.as_view(), name="ask-release"),
    path("releases/<int:pk>/withdraw/", releases.Withdraw.as_view(), name="withdraw"),
    path("public/<str:key>", releases.public, name="public"),
    path("uploads/", uploads.Uploads.as_view(), name="uploads"),
    path("uploads/<uuid:uid>", uploads.Upload.as_view(), name="upload"),
]
