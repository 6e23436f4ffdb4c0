"""Addresses of the room."""

from django.urls import include, path

from chuangwen.scoring.outlook import views as outlook
from chuangwen.scoring.views import schemes, sheets, verify

app_name = "scoring"
urlpatterns = [
    path("sheets/", sheets.SheetList.as_view(), name="sheets"),
    path("sheets/<int:pk>/", sheets.SheetPage.as_view(), name="sheet"),
    path("sheets/<int:pk>/figures/", sheets.FigureList.as_view(), name="figures"),
    path("sheets/<int:pk>/figures/<int:row>/", sheets.FigurePage.as_view(), name="figure"),
    path("sheets/<int:pk>/sign/", sheets.Sign.as_view(), name="sign"),
    path("sheets/<int:pk>/file/", sheets.Download.as_view(), name="file"),
    path("sheets/<int:pk>/compare/<int:other>/", sheets.CompareSheets.as_view(), name="compare"),
    path("rounds/<int:pk>/compute/", sheets.Compute.as_view(), name="compute"),
    path("schemes/", schemes.SchemeList.as_view(), name="schemes"),
    path("schemes/new/", schemes.SchemeEdit.as_view(), name="scheme-new"),
    path("schemes/compare/", schemes.CompareSchemes.as_view(), name="scheme-compare"),
    path("schemes/<int:pk>/", schemes.SchemePage.as_view(), name="scheme"),
    path("schemes/<int:pk>/edit/", schemes.SchemeEdit.as_view(), name="scheme-edit"),
    path("schemes/<int:pk>/trial/", schemes.SchemePreview.as_view(), name="scheme-preview"),
    path("appraisals/", include("chuangwen.scoring.appraisal.urls")),
    path("outlook/", outlook.OutlookHome.as_view(), name="outlooks"),
    path("outlook/<int:pk>/", outlook.OutlookPage.as_view(), name="outlook"),
    path("outlook/<int:pk>/past/", outlook.CalibrationPage.as_view(), name="outlook-past"),
    path("outlook/<int:pk>/next/", outlook.NextPage.as_view(), name="outlook-next"),
    path("outlook/<int:pk>/next/repairs.xlsx", outlook.RepairSheet.as_view(), name="outlook-repairs"),
    path("outlook/<int:pk>/next/visits.xlsx", outlook.VisitSheet.as_view(), name="outlook-visits"),
    path("outlook/plans/new/", outlook.PlanEdit.as_view(), name="plan-new"),
    path("outlook/plans/<int:pk>/", outlook.PlanCompute.as_view(), name="plan-compute"),
    path("outlook/plans/<int:pk>/edit/", outlook.PlanEdit.as_view(), name="plan-edit"),
    path("outlook/plans/<int:pk>/forecast/", outlook.StartForecast.as_view(), name="plan-forecast"),
    path("outlook/hours/", outlook.Efforts.as_view(), name="efforts"),
    path("verify/", verify.Verify.as_view(), name="verify"),
]
