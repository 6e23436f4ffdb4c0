"""Addresses of the room."""

from django.urls import path

from chuangwen.cases.escalation.views import rules as ladder
from chuangwen.cases.escalation.views import steps
from chuangwen.cases.rechecks import views as rechecks
from chuangwen.cases.views import deadlines, detail, lists, rates, reporting, rounds, survival, verbs

app_name = "cases"
urlpatterns = [
    path("", lists.CaseList.as_view(), name="list"),
    path("ownerless/", lists.OwnerlessList.as_view(), name="ownerless"),
    path("infrastructure/", lists.InfrastructureList.as_view(), name="infrastructure"),
    path("ten-disorders/", lists.TenDisordersList.as_view(), name="ten-disorders"),
    path("report/", reporting.ReportPage.as_view(), name="report"),
    path("sites/", reporting.SitesLike.as_view(), name="sites"),
    path("due/", verbs.DueShown.as_view(), name="due"),
    path("rates/", rates.RatesPage.as_view(), name="rates"),
    path("survival/", survival.SurvivalPage.as_view(), name="survival"),
    path("rechecks/", rechecks.RecheckList.as_view(), name="rechecks"),
    path("rechecks/draw/", rechecks.DrawPage.as_view(), name="recheck-draw"),
    path("rechecks/draws/", rechecks.DrawList.as_view(), name="recheck-draws"),
    path("rechecks/draws/<int:pk>/", rechecks.DrawDetail.as_view(), name="recheck-drawn"),
    path("rechecks/settings/", rechecks.SettingsEdit.as_view(), name="recheck-settings"),
    path("rechecks/<int:pk>/", rechecks.RecheckPage.as_view(), name="recheck"),
    path("rechecks/<int:pk>/assign/", rechecks.AssignPage.as_view(), name="recheck-assign"),
    path("rechecks/<int:pk>/drop/", rechecks.DropPage.as_view(), name="recheck-drop"),
    path("deadlines/", deadlines.DeadlineList.as_view(), name="deadlines"),
    path("deadlines/new/", deadlines.DeadlineEdit.as_view(), name="deadline-new"),
    path("deadlines/try/", deadlines.TryOut.as_view(), name="deadline-try"),
    path("deadlines/settings/", deadlines.SettingsEdit.as_view(), name="loop-settings"),
    path("deadlines/<int:pk>/", deadlines.DeadlineEdit.as_view(), name="deadline-edit"),
    path("deadlines/<int:pk>/remove/", deadlines.DeadlineRemove.as_view(), name="deadline-remove"),
    path("escalations/", steps.StepList.as_view(), name="steps"),
    path("escalations/new/", steps.ProposePage.as_view(), name="step-new"),
    path("escalations/promises/", steps.PromiseList.as_view(), name="promises"),
    path("escalations/rules/", ladder.RuleList.as_view(), name="ladder"),
    path("escalations/rules/new/", ladder.RuleEdit.as_view(), name="ladder-rule-new"),
    path("escalations/rules/<int:pk>/", ladder.RuleEdit.as_view(), name="ladder-rule"),
    path("escalations/rules/<int:pk>/remove/", ladder.RuleRemove.as_view(), name="ladder-rule-remove"),
    path("escalations/settings/", ladder.LadderSettings.as_view(), name="ladder-settings"),
    path("escalations/offices/new/", ladder.OfficeEdit.as_view(), name="ladder-office-new"),
    path("escalations/offices/<int:pk>/", ladder.OfficeEdit.as_view(), name="ladder-office"),
    path("escalations/<int:pk>/", steps.StepPage.as_view(), name="step"),
    path("escalations/<int:pk>/approve/", steps.ApprovePage.as_view(), name="step-approve"),
    path("escalations/<int:pk>/issue/", steps.IssuePage.as_view(), name="step-issue"),
    path("escalations/<int:pk>/answer/", steps.AnswerPage.as_view(), name="step-answer"),
    path("escalations/<int:pk>/appeal/", steps.AppealPage.as_view(), name="step-appeal"),
    path("escalations/<int:pk>/decide/", steps.DecidePage.as_view(), name="step-decide"),
    path("escalations/<int:pk>/settle/", steps.SettlePage.as_view(), name="step-settle"),
    path("escalations/<int:pk>/end/", steps.EndPage.as_view(), name="step-end"),
    path("escalations/<int:pk>/withdraw/", steps.WithdrawPage.as_view(), name="step-withdraw"),
    path("from-round/<int:pk>/", rounds.FromRound.as_view(), name="from-round"),
    path("from-round/jobs/<int:pk>/", rounds.FromRoundJob.as_view(), name="from-round-job"),
    path("<int:pk>/", detail.CasePage.as_view(), name="detail"),
    path("<int:pk>/reported/", reporting.ReportedPage.as_view(), name="reported"),
    path("<int:pk>/point.geojson", detail.CasePoint.as_view(), name="point"),
    path("<int:pk>/<slug:verb>/", verbs.VerbPage.as_view(), name="verb"),
]
