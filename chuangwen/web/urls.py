from django.urls import include, path

from chuangwen.web import views

urlpatterns = [
    path("language/", views.set_language, name="language"),
    path("text-size/", views.set_text_size, name="text-size"),
    path("styleguide/", views.StyleguideView.as_view(), name="styleguide"),
    path("styleguide/places.json", views.StyleguidePlaces.as_view(), name="styleguide-places"),
    path("", include("chuangwen.web.system.urls")),
]
