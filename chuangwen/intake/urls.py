"""Addresses of the room: ``report/`` and ``r/`` for anybody, ``desk/`` for the office, ``suggestions/`` for both,
``open311/v2/`` for other systems."""

from django.urls import path, re_path

from chuangwen.intake.desk.views import chat, office
from chuangwen.intake.desk.views import hotline as desk
from chuangwen.intake.open311 import pages as systems
from chuangwen.intake.open311 import views as open311
from chuangwen.intake.residents import views as residents
from chuangwen.intake.suggestions import views as suggestions
from chuangwen.intake.webhooks import views as webhooks

app_name = "intake"
FORM = r"\.(?P<form>json|xml)$"
urlpatterns = [
    path("report/", residents.ReportPage.as_view(), name="report"),
    path("promises/", residents.Promises.as_view(), name="promises"),
    path("report/challenge/", residents.Challenge.as_view(), name="challenge"),
    path("report/sites/", residents.SitesLike.as_view(), name="sites"),
    path("report/ground.geojson", residents.Ground.as_view(), name="ground"),
    path("report/look/", residents.Look.as_view(), name="look"),
    path("report/follow/", residents.Follow.as_view(), name="follow"),
    path("r/<str:token>/", residents.Followed.as_view(), name="followed"),
    path("r/<str:token>/rate/", residents.Rate.as_view(), name="rate"),
    path("r/<str:token>/not-solved/", residents.NotSolved.as_view(), name="not-solved"),
    path("r/<str:token>/add/", residents.Add.as_view(), name="add"),
    path("r/<str:token>/withdraw/", residents.Withdraw.as_view(), name="withdraw"),
    path("r/<str:token>/photos/<int:pk>/", residents.OwnPhoto.as_view(), name="own-photo"),
    path("desk/", desk.DeskPage.as_view(), name="desk"),
    path("desk/alike/", desk.AlikePart.as_view(), name="desk-alike"),
    path("desk/reports/", office.ReportList.as_view(), name="reports"),
    path("desk/reports/<int:pk>/contact/", office.ContactPage.as_view(), name="contact"),
    path("desk/model/", office.ModelPage.as_view(), name="model"),
    path("desk/model/train/", office.TrainButton.as_view(), name="train"),
    path("desk/settings/", office.SettingsPage.as_view(), name="settings"),
    path("desk/chat/", chat.PasteList.as_view(), name="chats"),
    path("desk/chat/new/", chat.PastePage.as_view(), name="chat-new"),
    path("desk/chat/<int:pk>/", chat.PastedPage.as_view(), name="chat"),
    path("desk/chat/<int:pk>/photos/<int:position>/<int:number>/", chat.PastedPhoto.as_view(), name="chat-photo"),
    path("desk/chat/proposals/<int:pk>/", chat.ProposalAnswer.as_view(), name="chat-answer"),
    path("suggestions/", suggestions.SuggestPage.as_view(), name="suggestions"),
    path("suggestions/list/", suggestions.SuggestionList.as_view(), name="suggestion-list"),
    path("suggestions/list/<int:pk>/", suggestions.AnswerPage.as_view(), name="suggestion-answer"),
    path("suggestions/s/<str:token>/", suggestions.OwnSuggestion.as_view(), name="suggestion"),
    path("desk/systems/", systems.KeyList.as_view(), name="systems"),
    path("desk/systems/new/", systems.NewKey.as_view(), name="system-new"),
    path("desk/systems/<int:pk>/", systems.KeyPage.as_view(), name="system"),
    path("desk/systems/<int:pk>/withdraw/", systems.WithdrawKey.as_view(), name="system-withdraw"),
    path("desk/webhooks/", webhooks.WebhookList.as_view(), name="webhooks"),
    path("desk/webhooks/new/", webhooks.NewWebhook.as_view(), name="webhook-new"),
    path("desk/webhooks/<int:pk>/", webhooks.WebhookPage.as_view(), name="webhook"),
    path("desk/webhooks/<int:pk>/secret/", webhooks.NewSecret.as_view(), name="webhook-secret"),
    path("desk/webhooks/<int:pk>/test/", webhooks.TestMessage.as_view(), name="webhook-test"),
    path("desk/webhooks/<int:pk>/remove/", webhooks.RemoveWebhook.as_view(), name="webhook-remove"),
    path("desk/webhooks/deliveries/", webhooks.DeliveryList.as_view(), name="deliveries"),
    path("desk/webhooks/deliveries/<int:pk>/", webhooks.DeliveryPage.as_view(), name="delivery"),
    path("desk/webhooks/deliveries/<int:pk>/again/", webhooks.SendAgain.as_view(), name="delivery-again"),
    re_path(rf"^open311/discovery{FORM}", open311.Discovery.as_view(), name="open311-found"),
    re_path(rf"^open311/v2/discovery{FORM}", open311.Discovery.as_view(), name="open311-discovery"),
    re_path(rf"^open311/v2/services{FORM}", open311.Services.as_view(), name="open311-services"),
    re_path(rf"^open311/v2/services/(?P<code>[^/]+){FORM}", open311.ServiceDefinition.as_view(), name="open311-service"),
    re_path(rf"^open311/v2/requests{FORM}", open311.Requests.as_view(), name="open311-requests"),
    re_path(rf"^open311/v2/requests/(?P<number>[^/]+){FORM}", open311.Request.as_view(), name="open311-request"),
    re_path(rf"^open311/v2/tokens/(?P<token>[^/]+){FORM}", open311.Token.as_view(), name="open311-token"),
    path("open311/v2/openapi.json", open311.Description.as_view(), name="open311-description"),
]
