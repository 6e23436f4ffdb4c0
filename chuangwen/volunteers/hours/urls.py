"""Addresses of hours, under /volunteers/hours/."""

from django.urls import path

from chuangwen.volunteers.hours.views import certificates, devices, doubts, off_duty, records

urlpatterns = [
    path("", records.EntryList.as_view(), name="hours-entries"),
    path("mine/", records.MyRecord.as_view(), name="hours-mine"),
    path("volunteers/<int:pk>/", records.VolunteerRecord.as_view(), name="hours-record"),
    path("entries/<int:pk>/", records.EntryPage.as_view(), name="hours-entry"),
    path("entries/<int:pk>/correct/", records.Propose.as_view(), name="hours-correct"),
    path("corrections/", records.CorrectionList.as_view(), name="hours-corrections"),
    path("corrections/<int:pk>/agree/", records.Agree.as_view(), name="hours-agree"),
    path("corrections/<int:pk>/refuse/", records.RefuseCorrection.as_view(), name="hours-refuse"),
    path("doubts/", doubts.DoubtList.as_view(), name="hours-doubts"),
    path("doubts/<int:pk>/", doubts.DoubtPage.as_view(), name="hours-doubt"),
    path("doubts/<int:pk>/explain/", doubts.Explain.as_view(), name="hours-explain"),
    path("doubts/<int:pk>/strike/", doubts.Strike.as_view(), name="hours-strike"),
    path("devices/", devices.DeviceList.as_view(), name="hours-devices"),
    path("devices/new/", devices.DeviceNew.as_view(), name="hours-device-new"),
    path("devices/<int:pk>/", devices.DeviceEnd.as_view(), name="hours-device"),
    path("off-duty/", off_duty.OffDutyList.as_view(), name="hours-off-duty"),
    path("off-duty/new/", off_duty.OffDutyNew.as_view(), name="hours-off-duty-new"),
    path("off-duty/mine/", off_duty.OwnOffDuty.as_view(), name="hours-off-duty-own"),
    path("off-duty/<int:pk>/", off_duty.OffDutyEnd.as_view(), name="hours-off-duty-end"),
    path("stars/", certificates.Ladder.as_view(), name="hours-stars"),
    path("certificates/", certificates.CertificateList.as_view(), name="hours-certificates"),
    path("certificates/new/<int:pk>/", certificates.Ask.as_view(), name="hours-certificate-new"),
    path("certificates/<int:pk>/", certificates.CertificatePage.as_view(), name="hours-certificate"),
    path("certificates/<int:pk>/pdf/", certificates.Pdf.as_view(), name="hours-certificate-pdf"),
    path("certificates/<int:pk>/issue/", certificates.Issue.as_view(), name="hours-certificate-issue"),
    path("certificates/<int:pk>/refuse/", certificates.RefuseCertificate.as_view(), name="hours-certificate-refuse"),
    path("certificates/<int:pk>/withdraw/", certificates.Withdraw.as_view(), name="hours-certificate-withdraw"),
    path("verify/", certificates.Verify.as_view(), name="hours-verify"),
    path("verify/<str:code>/", certificates.Verify.as_view(), name="hours-verify-code"),
]
