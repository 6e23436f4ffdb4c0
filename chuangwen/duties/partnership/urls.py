"""Addresses of partnerships, under /duties/partnerships/."""

from django.urls import path

from chuangwen.duties.partnership.views import coverage, lists, pair, ringed

urlpatterns = [
    path("", lists.PairList.as_view(), name="partnerships"),
    path("new/", lists.PairNew.as_view(), name="partnership-new"),
    path("draw/", lists.PairDraw.as_view(), name="partnership-draw"),
    path("needs/", lists.NeedList.as_view(), name="partner-needs"),
    path("inputs/", lists.InputList.as_view(), name="partner-inputs"),
    path("visits/", lists.VisitList.as_view(), name="partner-visits"),
    path("coverage/", coverage.CoveragePage.as_view(), name="partner-coverage"),
    path("coverage/places.geojson", coverage.CoveragePlaces.as_view(), name="partner-places"),
    path("coverage/rings.geojson", coverage.CoverageRings.as_view(), name="partner-rings"),
    path("coverage/list/", ringed.RingedList.as_view(), name="partner-ringed"),
    path("settings/", coverage.SettingsEdit.as_view(), name="partner-settings"),
    path("<int:pk>/", pair.PairPage.as_view(), name="partnership"),
    path("<int:pk>/print/", pair.PairPrint.as_view(), name="partnership-print"),
    path("<int:pk>/edit/", pair.Edit.as_view(), name="partnership-edit"),
    path("<int:pk>/contact/", pair.Contact.as_view(), name="partnership-contact"),
    path("<int:pk>/needs/new/", pair.NeedNew.as_view(), name="partner-need-new"),
    path("<int:pk>/package/new/", pair.ItemNew.as_view(), name="partner-item-new"),
    path("<int:pk>/adopt/", pair.Adopt.as_view(), name="partnership-adopt"),
    path("<int:pk>/inputs/new/", pair.InputNew.as_view(), name="partner-input-new"),
    path("<int:pk>/visits/new/", pair.VisitNew.as_view(), name="partner-visit-new"),
    path("<int:pk>/visits/plan/", pair.VisitPlan.as_view(), name="partner-visit-plan"),
    path("<int:pk>/finish/", pair.Finish.as_view(), name="partnership-finish"),
    path("<int:pk>/reopen/", pair.Reopen.as_view(), name="partnership-reopen"),
    path("<int:pk>/call-off/", pair.CallOff.as_view(), name="partnership-call-off"),
    path("needs/<int:pk>/", pair.NeedEdit.as_view(), name="partner-need"),
    path("package/<int:pk>/", pair.ItemEdit.as_view(), name="partner-item"),
    path("package/<int:pk>/drop/", pair.ItemDrop.as_view(), name="partner-item-drop"),
    path("inputs/<int:pk>/correct/", pair.InputCorrect.as_view(), name="partner-input-correct"),
    path("visits/<int:pk>/held/", pair.VisitHeld.as_view(), name="partner-visit-held"),
    path("visits/<int:pk>/cancel/", pair.VisitCancel.as_view(), name="partner-visit-cancel"),
]
