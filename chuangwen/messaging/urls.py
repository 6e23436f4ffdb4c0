"""Addresses of the room."""

from django.urls import path

from chuangwen.messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.Inbox.as_view(), name="inbox"),
    path("read/", views.ReadAll.as_view(), name="read-all"),
    path("<int:pk>/open/", views.OpenNotice.as_view(), name="open"),
    path("preferences/", views.PreferencesPage.as_view(), name="preferences"),
    path("channels/", views.ChannelList.as_view(), name="channels"),
    path("channels/new/", views.ChannelEdit.as_view(), name="channel-new"),
    path("channels/<int:pk>/", views.ChannelEdit.as_view(), name="channel"),
    path("channels/<int:pk>/trial/", views.TrialPage.as_view(), name="trial"),
    path("channels/<int:pk>/remove/", views.ChannelRemove.as_view(), name="channel-remove"),
    path("deliveries/", views.DeliveryList.as_view(), name="deliveries"),
]
