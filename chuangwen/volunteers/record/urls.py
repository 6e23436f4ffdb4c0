"""Addresses of the record beside hours, under /volunteers/record/."""

from django.urls import path

from chuangwen.volunteers.record.views import appraisals, commendations, complaints, objections

urlpatterns = [
    path("commendations/", commendations.CommendationList.as_view(), name="record-commendations"),
    path("commendations/<int:pk>/", commendations.CommendationPage.as_view(), name="record-commendation"),
    path("commendations/<int:pk>/withdraw/", commendations.Withdraw.as_view(), name="record-commendation-withdraw"),
    path("volunteers/<int:pk>/commend/", commendations.Enter.as_view(), name="record-commend"),
    path("appraisals/", appraisals.ToAppraise.as_view(), name="record-to-appraise"),
    path("entries/<int:pk>/appraise/", appraisals.Appraise.as_view(), name="record-appraise"),
    path("appraisals/<int:pk>/withdraw/", appraisals.Withdraw.as_view(), name="record-appraisal-withdraw"),
    path("objections/", objections.ObjectionList.as_view(), name="record-objections"),
    path("objections/<int:pk>/", objections.ObjectionPage.as_view(), name="record-objection"),
    path("objections/<int:pk>/uphold/", objections.Uphold.as_view(), name="record-objection-uphold"),
    path("objections/<int:pk>/refuse/", objections.RefuseIt.as_view(), name="record-objection-refuse"),
    path("objections/<int:pk>/take-back/", objections.TakeBack.as_view(), name="record-objection-take-back"),
    path("entries/<int:pk>/object/", objections.ToHours.as_view(), name="record-object-hours"),
    path("appraisals/<int:pk>/object/", objections.ToAppraisal.as_view(), name="record-object-appraisal"),
    path("commendations/<int:pk>/object/", objections.ToCommendation.as_view(), name="record-object-commendation"),
    path("volunteers/<int:pk>/missing/", objections.Missed.as_view(), name="record-object-missing"),
    path("complaints/", complaints.ComplaintList.as_view(), name="record-complaints"),
    path("complaints/new/", complaints.Take.as_view(), name="record-complaint-new"),
    path("complaints/<int:pk>/", complaints.ComplaintPage.as_view(), name="record-complaint"),
    path("complaints/<int:pk>/phone/", complaints.Phone.as_view(), name="record-complaint-phone"),
    path("complaints/<int:pk>/answer/", complaints.AnswerIt.as_view(), name="record-complaint-answer"),
    path("complaints/order/<str:token>/", complaints.OfOrder.as_view(), name="record-complain"),
    path("rules/", complaints.Rules.as_view(), name="record-rules"),
]
