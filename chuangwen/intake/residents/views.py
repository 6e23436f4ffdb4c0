"""The open pages: report, look for the same near by, follow. No account, no session; with script and without."""

import json
import uuid
from typing import Any

import segno
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.cases.escalation.base import settings
from chuangwen.cases.escalation.queries import promises
from chuangwen.cases.escalation.views.steps import promise_rows
from chuangwen.evidence import queries as evidence
from chuangwen.evidence.models import Photo
from chuangwen.intake import guard, placing
from chuangwen.intake.access import resident
from chuangwen.intake.errors import TooMany
from chuangwen.intake.install import settings_row
from chuangwen.intake.learning.proposing import Proposal, propose
from chuangwen.intake.residents import actions, queries
from chuangwen.intake.residents.forms import MOST_BYTES, AddForm, NotSolvedForm, RateForm, ReportForm, WithdrawForm
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.places.models import Site
from chuangwen.web import errors
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, go_to, refuse
from chuangwen.web.views import PageMixin

LOOKS_AN_HOUR, WRONG_LINKS_AN_HOUR = 240, 40
LONGEST_BODY = 20_000
"""Characters of a question of the page's script."""


def outsider(request: HttpRequest) -> Actor:
    """Nobody in particular, from this address; also for somebody who is signed in: the open pages know no accounts."""
    return resident(_("a resident"), request.META.get("REMOTE_ADDR", ""))


def wants_data(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def told_later(request: HttpRequest, refusal: TooMany) -> HttpResponse:
    """Too often: when to try again, in words and in the header that programs read."""
    if wants_data(request):
        answer: HttpResponse = data({"message": str(refusal), "code": refusal.code, "again": refusal.seconds}, 429)
    else:
        answer = errors.error_page(
            request, 429, what=str(refusal), now=_("What you wrote is not lost: go back, and send it again then.")
        )
    answer["Retry-After"] = str(refusal.seconds)
    return answer


def data(content: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": "no-store"})


class OpenPage(PageMixin, View):
    """A page for everybody. Its links are secrets: nothing of them goes to others, and no search engine keeps it."""

    public = True
    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer = super().dispatch(request, *args, **kwargs)
        except TooMany as refusal:
            answer = told_later(request, refusal)
        except Refusal as refusal:
            if not wants_data(request):
                raise
            answer = data({"message": str(refusal), "code": refusal.code}, refusal.status)
        # Not "no-referrer": browsers then send forms without an origin, and the check against forged ones refuses them.
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers.setdefault("X-Robots-Tag", "noindex")
        return answer


class Promises(OpenPage):
    """What units promised under listed supervision, where the office has made that public: units, never persons."""

    title = gettext_lazy("What units have promised")
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        if not settings().public_promises:
            raise Missing(_("There is no such page."))
        return render(request, "intake/promises.html", self.get_context_data(rows=promise_rows(promises())))


class ReportPage(OpenPage):
    """``?site=CODE`` (on the QR code of a place) fills in where."""

    title = gettext_lazy("Report a problem nearby")

    def get(self, request: HttpRequest) -> HttpResponse:
        site = placing.site_by_code(request.GET.get("site", "").replace("\x00", ""))
        initial: dict[str, Any] = {"uid": uuid.uuid4()}
        if site is not None:
            initial |= {"site": site.name, "site_code": site.code}
        return self.show(ReportForm(initial=initial), site)

    def post(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return self.refused(
                Refusal(_("The photos are too large together. Send fewer of them."), "intake.too_large", status=413), None
            )
        form = ReportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.wrong(form)
        try:
            received = actions.send(outsider(request), proof=form.proof(), proposal=self.proposal(form), **form.facts())
        except TooMany:
            raise
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                return self.refused(refusal, form)
            refuse(form, refusal)
            return self.wrong(form)
        url = reverse("intake:followed", args=[received.token]) + "?new=1"
        return data({"url": url, "number": received.report.case.number}) if wants_data(request) else go_to(url)

    def proposal(self, form: ReportForm) -> Proposal | None:
        """What is proposed for these words and this place: kept beside what the person chose."""
        cleaned = form.cleaned_data
        found = proposals(cleaned["description"], cleaned.get("site"), cleaned.get("place"), list(form.kinds.values()))
        return found[0] if found else None

    def wrong(self, form: ReportForm) -> HttpResponse:
        if wants_data(self.request):
            fields = {name: [str(error) for error in form.errors[name]] for name in form.errors}
            general = fields.pop("__all__", [])
            return data({"message": " ".join(general) or _("Please look at what is marked."), "fields": fields}, 422)
        return self.show(form, form.cleaned_data.get("site") if isinstance(form.cleaned_data.get("site"), Site) else None, 422)

    def refused(self, refusal: Refusal, form: ReportForm | None) -> HttpResponse:
        if wants_data(self.request):
            return data({"message": str(refusal), "code": refusal.code}, refusal.status)
        return errors.refused(self.request, refusal)

    def show(self, form: ReportForm, site: Site | None, status: int = 200) -> HttpResponse:
        context = self.get_context_data(
            form=form, site=site, settings=settings_row(), promises=settings().public_promises, asked=guard.question(),
            most=actions.MOST_PHOTOS, words=script_words(),
        )  # fmt: skip
        return render(self.request, "intake/report.html", context, status=status)


def proposals(text: str, site: Site | None, place: placing.Place | None, kinds: Any = None) -> list[Proposal]:
    near = site or (place.near if place else None)
    division = site.division if site and site.division else place.division if place else None
    return propose(
        text, site_type=near.type.code if near else "", place=(division.code or "") if division else "", kinds=kinds
    )  # fmt: skip


def script_words() -> dict[str, str]:
    """What the page's script says, in the language of the page."""
    return {
        "checking": _("One moment: checking that you are not a machine…"),
        "sending": _("Sending…"),
        "offline": _(
            "No connection. What you wrote is kept on this phone and sent when the connection is back. Leave this page open."
        ),
        "kept": _("What you wrote last time is here again."),
        "notKept": _("The photos are too large to be kept on this phone: do not close the page before it is sent."),
        "failed": _("It was not sent. Please try again."),
        "asking": _("Asking the phone…"),
        "found": _("Found, to within {m} m."),
        "noPlace": _("The phone does not say where it is. Tap the map, or write the name of the place."),
        "fromPhoto": _("The photo says where it was taken."),
        "outside": _("This point lies outside the area. Choose the community below, please."),
        "tooMany": _("At most three photos."),
        "noPicture": _("This is not a photo."),
        "remove": _("Remove this photo"),
        "away": _("{m} m away"),
        "follow": _("Follow this one"),
        "words": _("Please write a few words."),
        "where": _("Please say where it is."),
        "surely": _("quite sure"),
        "maybe": _("perhaps"),
        "map": _("Map: tap where it is"),
        "closer": _("Zoom in"),
        "farther": _("Zoom out"),
        "photo": _("Photo {n}"),
        "other": _("Another kind, or I do not know"),
    }


class Challenge(OpenPage):
    """A fresh challenge for the page's script."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return data(guard.challenge())


class SitesLike(OpenPage):
    """Public names of places whose name or code fits what was typed."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").replace("\x00", "").strip()[:60]
        return data({"sites": [{"code": site.code, "name": site.name, "note": _note(site)} for site in placing.sites_like(text)]})


def _note(site: Site) -> str:
    return " · ".join(filter(None, (site.type.name, site.division.name if site.division else "")))


class Ground(OpenPage):
    """The outlines under the map."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        answer = JsonResponse(placing.ground(), json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
        answer["Cache-Control"] = "public, max-age=86400"
        return answer


class Look(OpenPage):
    """What the page's script asks before it sends: which community and site it is, which kinds it may be, what like it is open near by."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        guard.count("look", request.META.get("REMOTE_ADDR", ""), LOOKS_AN_HOUR, guard.HOUR)
        asked = _asked(request)
        text = str(asked.get("text") or "")[:500].replace("\x00", "")
        point = placing.point_of(_number(asked.get("lat")), _number(asked.get("lon")), _datum(asked.get("datum")))
        site = placing.site_by_code(str(asked.get("site") or "")[:40].replace("\x00", ""))
        place = placing.place_at(point) if point is not None and site is None else None
        found = proposals(text, site, place)
        at = site or (place.site if place else None)
        alike = queries.similar(text, point=point, site=at, kind=found[0].kind if found else None) if text.strip() else []
        division = site.division if site else place.division if place else None
        return data(
            {
                "division": str(division) if division else "",
                "site": at.name if at else "",
                "kinds": [
                    {"id": str(one.kind.pk), "name": one.kind.name, "family": one.kind.family.name, "share": one.share}
                    for one in found
                ],
                "similar": [
                    {
                        "offer": one.offer,
                        "kind": one.kind,
                        "place": one.place,
                        "since": one.since.astimezone().strftime("%Y-%m-%d"),
                        "metres": one.metres,
                        "word": one.word,
                        "tone": one.tone,
                        "picture": one.picture,
                    }
                    for one in alike
                ],
            }
        )


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The JSON of the request; an empty one for anything else."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        raise Refusal(_("This is too large"), "intake.too_large", status=413)
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return asked if isinstance(asked, dict) else {}


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 180 else None


def _datum(value: Any) -> str:
    return value if value in ("wgs84", "gcj02", "bd09", "cgcs2000") else "wgs84"


class Follow(OpenPage):
    """Follow a case that was offered."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            uid = uuid.UUID(request.POST.get("uid", ""))
        except ValueError:
            uid = uuid.uuid4()
        proof = {name: request.POST.get(name, "")[:4000] for name in ("website", "altcha", "question", "sum")}
        token = actions.follow_offered(
            outsider(request), proof=proof, case_id=queries.offered(request.POST.get("offer", "")), uid=uid
        )
        url = reverse("intake:followed", args=[token]) + "?new=1"
        return data({"url": url}) if wants_data(request) else go_to(url)


class Followed(OpenPage):
    """Everything that a link opens: number, how it stands, what happened, one's photos, and what one may do."""

    title = gettext_lazy("Your report")
    form: Any = None

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(found_or_counted(request, token))

    def show(self, found: queries.Followed, status: int = 200, **forms: Any) -> HttpResponse:
        link = self.request.build_absolute_uri(reverse("intake:followed", args=[found.token]))
        number, _dash, tail = (found.own.number or "").partition("-")
        context = self.get_context_data(
            found=found, report=found.report, case=found.case, link=link, new=self.request.GET.get("new") == "1",
            head=number, tail=tail, qr=segno.make(link, error="m").svg_data_uri(scale=4, border=2) if self.request.GET.get("new") == "1" else "",
            rate=forms.get("rate") or RateForm(initial=_rated(found)), dispute=forms.get("dispute") or NotSolvedForm(),
            add=forms.get("add") or AddForm(), withdraw=forms.get("withdraw") or WithdrawForm(),
        )  # fmt: skip
        return render(self.request, "intake/followed.html", context, status=status)


def _rated(found: queries.Followed) -> dict[str, Any]:
    return {"rating": found.report.rating, "words": found.report.rating_words} if found.report and found.report.rating else {}


def found_or_counted(request: HttpRequest, token: str) -> queries.Followed:
    """What the link opens; wrong links are counted, so that guessing ends soon. Raises Missing, TooMany."""
    try:
        return queries.followed(token)
    except Missing:
        guard.count("wrong link", request.META.get("REMOTE_ADDR", ""), WRONG_LINKS_AN_HOUR, guard.HOUR)
        raise


class Said(Followed):
    """A form of the page behind a link was sent: rate, dispute, add, withdraw."""

    http_method_names = ["post", "options"]
    what = ""
    form_class: Any = None
    thanks: Any = ""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        found = found_or_counted(request, token)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise Refusal(_("The photos are too large together. Send fewer of them."), "intake.too_large", status=413)
        form = self.form_class(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(found, 422, **{self.what: form})
        try:
            self.act(outsider(request), token, form.cleaned_data)
        except TooMany:
            raise
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.show(found, 422, **{self.what: form})
        return go_to(reverse("intake:followed", args=[token]) + f"?said={self.what}")

    def act(self, actor: Actor, token: str, cleaned: dict[str, Any]) -> None:
        raise NotImplementedError


class Rate(Said):
    what, form_class = "rate", RateForm

    def act(self, actor: Actor, token: str, cleaned: dict[str, Any]) -> None:
        actions.rate(actor, token=token, **cleaned)


class NotSolved(Said):
    what, form_class = "dispute", NotSolvedForm

    def act(self, actor: Actor, token: str, cleaned: dict[str, Any]) -> None:
        actions.not_solved(actor, token=token, **cleaned)


class Add(Said):
    what, form_class = "add", AddForm

    def act(self, actor: Actor, token: str, cleaned: dict[str, Any]) -> None:
        actions.add(actor, token=token, **cleaned)


class Withdraw(Said):
    what, form_class = "withdraw", WithdrawForm

    def act(self, actor: Actor, token: str, cleaned: dict[str, Any]) -> None:
        actions.withdraw(actor, token=token, **cleaned)


class OwnPhoto(OpenPage):
    """One of the photos that came with the report, for who holds its link; never as it came, always without capture data."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
        found = found_or_counted(request, token)
        if pk not in found.photos:
            raise Missing(_("There is no such photo."))
        photo = Photo.objects.get(pk=pk)
        answer = FileResponse(evidence.view_of(photo).open("rb"), content_type="image/jpeg")
        answer["Cache-Control"] = "private, max-age=3600"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer
