"""For views that are plain functions: who is not signed in is asked to sign in, as by ``AccessMixin``."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from chuangwen.web.views import actor_of

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if actor_of(request).account_id is None:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        return view(request, *args, **kwargs)

    return guarded
