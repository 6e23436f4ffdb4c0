"""Addresses of works, under /duties/works/."""

from django.urls import path

from chuangwen.duties.works.views import lists, work

urlpatterns = [
    path("", lists.WorkList.as_view(), name="works"),
    path("chart/", lists.WorkChart.as_view(), name="works-chart"),
    path("new/", work.WorkNew.as_view(), name="work-new"),
    path("<int:pk>/", work.WorkPage.as_view(), name="work"),
    path("<int:pk>/edit/", work.WorkEdit.as_view(), name="work-edit"),
    path("<int:pk>/stages/new/", work.StageNew.as_view(), name="work-stage-new"),
    path("<int:pk>/funds/new/", work.FundNew.as_view(), name="work-fund-new"),
    path("<int:pk>/contracts/new/", work.ContractNew.as_view(), name="work-contract-new"),
    path("<int:pk>/photos/", work.Photos.as_view(), name="work-photos"),
    path("<int:pk>/start/", work.Start.as_view(), name="work-start"),
    path("<int:pk>/stop/", work.Stop.as_view(), name="work-stop"),
    path("<int:pk>/go-on/", work.GoOn.as_view(), name="work-go-on"),
    path("<int:pk>/slip/", work.Slip.as_view(), name="work-slip"),
    path("<int:pk>/finish/", work.Finish.as_view(), name="work-finish"),
    path("<int:pk>/call-off/", work.CallOff.as_view(), name="work-call-off"),
    path("<int:pk>/defer/", work.CaseDefer.as_view(), name="work-defer"),
    path("stages/<int:pk>/", work.StageEdit.as_view(), name="work-stage"),
    path("stages/<int:pk>/remove/", work.StageRemove.as_view(), name="work-stage-remove"),
    path("funds/<int:pk>/", work.FundAnswer.as_view(), name="work-fund"),
    path("contracts/<int:pk>/", work.ContractEdit.as_view(), name="work-contract"),
    path("waiting/<int:pk>/back/", work.CaseBack.as_view(), name="work-case-back"),
    path("for-case/<int:pk>/", work.ForCase.as_view(), name="work-for-case"),
]
