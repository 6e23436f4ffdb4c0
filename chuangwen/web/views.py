"""The view bases that every room uses, and the few pages of this room."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.web.middleware import LARGE_TEXT_COOKIE

YEAR = 365 * 24 * 3600


def actor_of(request: HttpRequest) -> Actor:
    """Who is at work in this request; nobody when no middleware has said."""
    return getattr(request, "actor", None) or access.NOBODY


class AccessMixin(View):
    """A view that asks before it answers.

    ``required_verb`` must be granted (None: being signed in is enough; ``public = True``: nobody is asked). A view whose verb
    depends on the request overrides ``check_access``. Someone who is not signed in is sent to sign in; someone who is, and may
    not, gets 403.
    """

    required_verb: ClassVar[str | None] = None
    public: ClassVar[bool] = False
    request: HttpRequest

    def check_access(self, request: HttpRequest) -> HttpResponse | None:
        """None when the view may go on, or the answer to give; raises Denied."""
        if self.public:
            return None
        actor = actor_of(request)
        if actor.account_id is None and not actor.is_system:
            return redirect_to_login(request.get_full_path())
        if self.required_verb is not None:
            access.require(actor, self.required_verb)
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = self.check_access(request)
        return answer if answer is not None else super().dispatch(request, *args, **kwargs)

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)


class PageMixin(AccessMixin):
    """A page with a title and the way to it: ``title``, ``breadcrumbs`` as ``[(label, url or None), ...]`` without the page
    itself."""

    title: Any = ""
    lead: Any = ""
    breadcrumbs: Any = ()

    def get_title(self) -> Any:
        return self.title

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return list(self.breadcrumbs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parent = getattr(super(), "get_context_data", None)
        context = parent(**kwargs) if parent else kwargs
        return {"title": self.get_title(), "lead": self.lead, "breadcrumbs": self.get_breadcrumbs(), "view": self, **context}


class PartMixin:
    """A page of which htmx can ask for a part: ``part_template`` is rendered when the request swaps ``part_id``."""

    part_id: ClassVar[str] = ""
    part_template: ClassVar[str] = ""
    request: HttpRequest

    def wants_part(self) -> bool:
        headers = self.request.headers
        return (
            headers.get("HX-Request") == "true"
            and headers.get("HX-Target") == self.part_id
            and headers.get("HX-History-Restore-Request") != "true"
        )


def back(request: HttpRequest, default: str = "/") -> HttpResponse:
    """To the page the form says it came from (``next``), if that is one of ours."""
    target = request.POST.get("next") or request.headers.get("Referer") or default
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = default
    return HttpResponseRedirect(target)


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language on this device."""
    chosen = request.POST.get("language", "")
    if chosen not in {code for code, _name in settings.LANGUAGES}:
        raise Http404
    return _remember(request, back(request), settings.LANGUAGE_COOKIE_NAME, chosen)


@require_POST
def set_text_size(request: HttpRequest) -> HttpResponse:
    """Keep the large or the usual text size on this device."""
    return _remember(request, back(request), LARGE_TEXT_COOKIE, "1" if request.POST.get("large") == "1" else "0")


class StyleguideView(PageMixin, View):
    """Every component with generated data: where whoever builds a page looks first, and what the browser tests photograph."""

    def check_access(self, request: HttpRequest) -> HttpResponse | None:
        if settings.DEBUG or actor_of(request).is_system or "system_admin" in actor_of(request).roles:
            return None
        raise Http404

    def get(self, request: HttpRequest) -> HttpResponse:
        from chuangwen.web import styleguide

        return render(request, "web/styleguide.html", self.get_context_data(**styleguide.context()))


class StyleguidePlaces(StyleguideView):
    """Ten thousand generated places for the map of the style guide."""

    def get(self, request: HttpRequest) -> HttpResponse:
        from chuangwen.web import styleguide

        return JsonResponse(styleguide.places(10_000))
