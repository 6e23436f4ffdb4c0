"""Addresses of unit appraisal, under /scoring/appraisals/."""

from django.urls import path

from chuangwen.scoring.appraisal.views import consequences, entries, objections, results, schemes, trials, units

urlpatterns = [
    path("", results.AppraisalList.as_view(), name="appraisals"),
    path("own/", units.OwnList.as_view(), name="own-appraisals"),
    path("<int:pk>/", results.AppraisalPage.as_view(), name="appraisal"),
    path("<int:pk>/rows/", results.RowList.as_view(), name="appraisal-rows"),
    path("<int:pk>/check/", results.Check.as_view(), name="appraisal-check"),
    path("<int:pk>/open/", results.Open.as_view(), name="appraisal-open"),
    path("<int:pk>/settle/", results.Settle.as_view(), name="appraisal-settle"),
    path("<int:pk>/sign/", results.Sign.as_view(), name="appraisal-sign"),
    path("<int:pk>/publish/", results.Publish.as_view(), name="appraisal-publish"),
    path("<int:pk>/file/", results.Download.as_view(), name="appraisal-file"),
    path("<int:pk>/again/", results.Again.as_view(), name="appraisal-again"),
    path("rows/<int:pk>/", units.UnitPage.as_view(), name="appraisal-row"),
    path("rows/<int:pk>/object/", objections.ObjectionNew.as_view(), name="appraisal-object"),
    path("rows/<int:pk>/<slug:key>/", units.FigurePage.as_view(), name="appraisal-figure"),
    path("objections/", objections.ObjectionList.as_view(), name="appraisal-objections"),
    path("objections/<int:pk>/", objections.ObjectionPage.as_view(), name="appraisal-objection"),
    path("objections/<int:pk>/answer/", objections.Answer.as_view(), name="appraisal-objection-answer"),
    path("objections/<int:pk>/file/", objections.ObjectionFile.as_view(), name="appraisal-objection-file"),
    path("entries/", entries.EntryList.as_view(), name="appraisal-entries"),
    path("entries/new/", entries.EntryNew.as_view(), name="appraisal-entry-new"),
    path("entries/<int:pk>/", entries.EntryPage.as_view(), name="appraisal-entry"),
    path("entries/<int:pk>/check/", entries.EntryCheck.as_view(), name="appraisal-entry-check"),
    path("entries/<int:pk>/file/", entries.EntryFile.as_view(), name="appraisal-entry-file"),
    path("consequences/", consequences.ConsequenceList.as_view(), name="appraisal-consequences"),
    path("consequences/<int:pk>/decide/", consequences.Decide.as_view(), name="appraisal-decide"),
    path("schemes/", schemes.SchemeList.as_view(), name="appraisal-schemes"),
    path("schemes/new/", schemes.SchemeNew.as_view(), name="appraisal-scheme-new"),
    path("schemes/compare/", trials.SchemeCompare.as_view(), name="appraisal-scheme-compare"),
    path("schemes/<int:pk>/", schemes.SchemePage.as_view(), name="appraisal-scheme"),
    path("schemes/<int:pk>/trial/", trials.SchemeTrial.as_view(), name="appraisal-scheme-trial"),
    path("schemes/<int:pk>/compute/", results.Compute.as_view(), name="appraisal-compute"),
    path("schemes/<int:pk>/part/<slug:part>/", schemes.SchemePart.as_view(), name="appraisal-scheme-part"),
    path("schemes/<int:pk>/measures/new/<slug:kind>/", schemes.MeasureNew.as_view(), name="appraisal-measure-new"),
    path("schemes/<int:pk>/measures/<slug:key>/", schemes.MeasureEdit.as_view(), name="appraisal-measure-edit"),
    path("schemes/<int:pk>/measures/<slug:key>/move/", schemes.MeasureMove.as_view(), name="appraisal-measure-move"),
    path("schemes/<int:pk>/measures/<slug:key>/remove/", schemes.MeasureRemove.as_view(), name="appraisal-measure-remove"),
]
