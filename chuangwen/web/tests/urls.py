"""The addresses of this room alone, for its own tests."""

from django.http import HttpResponse
from django.urls import include, path

from chuangwen.kernel.errors import Conflict, Denied
from chuangwen.web.tests.sample import JobList


def refuse(request):
    raise Conflict("已被他人签收")


def deny(request):
    raise Denied("不允许")


def break_down(request):
    raise RuntimeError("broken on purpose")


def read_all(request):
    return HttpResponse(str(len(request.POST)))


urlpatterns = [
    path("", include("chuangwen.web.urls")),
    path("sample/", JobList.as_view(), name="sample"),
    path("refuse/", refuse),
    path("deny/", deny),
    path("break/", break_down),
    path("read/", read_all),
    path("sign-in/", read_all, name="account_login"),
]
handler400 = "chuangwen.web.errors.bad_request"
handler403 = "chuangwen.web.errors.permission_denied"
handler404 = "chuangwen.web.errors.not_found"
handler500 = "chuangwen.web.errors.server_error"
