"""Addresses of the room."""

from django.urls import path, re_path

from chuangwen.fieldwork.routing.urls import urlpatterns as routing_addresses
from chuangwen.fieldwork.views import draws, observations, places, planning, progress, record, rounds

app_name = "fieldwork"
urlpatterns = [
    path("rounds/", rounds.RoundList.as_view(), name="rounds"),
    path("rounds/new/", rounds.RoundEdit.as_view(), name="round-new"),
    path("rounds/<int:pk>/", rounds.RoundPage.as_view(), name="round"),
    path("rounds/<int:pk>/edit/", rounds.RoundEdit.as_view(), name="round-edit"),
    path("rounds/<int:pk>/move/", rounds.RoundMove.as_view(), name="round-move"),
    path("rounds/<int:pk>/published/", rounds.RoundPublished.as_view(), name="round-published"),
    path("rounds/<int:pk>/published/remove/", rounds.RoundUnpublished.as_view(), name="round-unpublished"),
    path("rounds/<int:pk>/photos/", rounds.RoundPhotos.as_view(), name="round-photos"),
    path("rounds/<int:pk>/criteria/", rounds.RoundCriteria.as_view(), name="round-criteria"),
    path("rounds/<int:pk>/record/", record.Record.as_view(), name="record"),
    path("rounds/<int:pk>/record/sites/", record.SiteSuggestions.as_view(), name="record-sites"),
    path("rounds/<int:pk>/plan/", planning.RoundPlan.as_view(), name="plan"),
    path("rounds/<int:pk>/quotas/", planning.QuotaEdit.as_view(), name="quotas"),
    path("rounds/<int:pk>/teams/new/", planning.TeamEdit.as_view(), name="team-new"),
    path("rounds/<int:pk>/teams/<int:team>/", planning.TeamEdit.as_view(), name="team"),
    path("rounds/<int:pk>/teams/<int:team>/remove/", planning.TeamRemove.as_view(), name="team-remove"),
    path("rounds/<int:pk>/draw/", planning.DrawSites.as_view(), name="draw-sites"),
    path("rounds/<int:pk>/merge/", planning.MergePlaces.as_view(), name="merge-places"),
    path("rounds/<int:pk>/places/", places.PlaceList.as_view(), name="places"),
    path("rounds/<int:pk>/places/add/", places.PlaceAdd.as_view(), name="place-add"),
    path("rounds/<int:pk>/progress/", progress.RoundProgress.as_view(), name="progress"),
    path("rounds/<int:pk>/rerate/", progress.DrawReratings.as_view(), name="draw-reratings"),
    path("rounds/<int:pk>/agreement/", progress.AgreementPage.as_view(), name="agreement"),
    path("draws/<int:pk>/", draws.DrawPage.as_view(), name="draw"),
    re_path(r"^draws/(?P<pk>[0-9]{1,18})/draw\.(?P<kind>json|xlsx)$", draws.DrawFile.as_view(), name="draw-file"),
    path("places/<int:pk>/", places.PlacePage.as_view(), name="place"),
    path("places/<int:pk>/leave-out/", places.PlaceLeaveOut.as_view(), name="place-leave-out"),
    path("places/<int:pk>/put-back/", places.PlacePutBack.as_view(), name="place-put-back"),
    path("places/<int:pk>/separate/", places.PlaceSeparate.as_view(), name="place-separate"),
    path("places/<int:pk>/done/", places.PlaceDone.as_view(), name="place-done"),
    path("places/<int:pk>/team/", places.PlaceTeam.as_view(), name="place-team"),
    path("settings/", planning.FieldSettingsEdit.as_view(), name="field-settings"),
    path("record/", record.RecordStart.as_view(), name="record-start"),
    path("observations/", observations.ObservationList.as_view(), name="observations"),
    path("observations/<int:pk>/", observations.ObservationPage.as_view(), name="observation"),
    path("observations/<int:pk>/correct/", observations.Correct.as_view(), name="observation-correct"),
    path("observations/<int:pk>/photos/", observations.AddPhotos.as_view(), name="observation-photos"),
]
urlpatterns += routing_addresses
