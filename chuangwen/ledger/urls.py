"""Addresses of the ledger."""

from django.urls import path

from chuangwen.ledger.views import entering, facts, metrics, missing, sheets, totals

app_name = "ledger"
urlpatterns = [
    path("", metrics.MetricList.as_view(), name="metrics"),
    path("metrics/new/", metrics.MetricEdit.as_view(), name="metric-new"),
    path("metrics/<int:pk>/", metrics.MetricPage.as_view(), name="metric"),
    path("metrics/<int:pk>/edit/", metrics.MetricEdit.as_view(), name="metric-edit"),
    path("metrics/<int:pk>/enter/", entering.EnterFact.as_view(), name="metric-enter"),
    path("enter/", entering.EnterDay.as_view(), name="enter"),
    path("facts/", facts.FactList.as_view(), name="facts"),
    path("facts/<int:pk>/", facts.FactPage.as_view(), name="fact"),
    path("facts/<int:pk>/correct/", facts.FactCorrect.as_view(), name="fact-correct"),
    path("facts/<int:pk>/withdraw/", facts.FactWithdraw.as_view(), name="fact-withdraw"),
    path("facts/<int:pk>/photos/", facts.FactPhotos.as_view(), name="fact-photos"),
    path("totals/", totals.TotalsPage.as_view(), name="totals"),
    path("missing/", missing.MissingPage.as_view(), name="missing"),
    path("missing/remind/", missing.Remind.as_view(), name="remind"),
    path("sheets/", sheets.LayoutList.as_view(), name="sheets"),
    path("sheets/new/", sheets.SheetNew.as_view(), name="sheet-new"),
    path("sheets/<int:pk>/", sheets.SheetColumns.as_view(), name="sheet-layout"),
    path("layouts/<int:pk>/forget/", sheets.LayoutForget.as_view(), name="layout-forget"),
]
