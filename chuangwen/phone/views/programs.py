"""What the app on the phone asks: sign in, package, entries. Data in, data out.

Addresses below ``/phone/api/``; every answer but the sections of the package is JSON that nobody keeps. Errors are
``{"code", "message"}`` with a sentence for the person:

====  =====================================================================================================================
401   ``phone.signed_out``: ask to sign in again; keep what waits
403   not allowed (any more): the entry stays on the phone
410   ``phone.wiped``: erase everything, then POST ``devices/wiped``
409   of an entry: ``state`` is ``conflict``, with ``choices`` [{code, label}]: the same entry is sent again with ``choice``;
      ``phone.photos_missing`` with ``missing`` [uid]: send these first; ``phone.other_content``: the uid is taken
413   larger than an entry may be
422   of an entry: ``state`` is ``refused``: it can never be stored as it is
429   too much in a minute: wait ``Retry-After`` seconds
507   the server's disk is full: nothing was stored; try later
====  =====================================================================================================================
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Role
from chuangwen.people.tokens import bearer
from chuangwen.phone import actions, limits, sections
from chuangwen.phone.access import USE
from chuangwen.phone.entries import Clash
from chuangwen.phone.errors import PhotosMissing, TooMany
from chuangwen.phone.models import Device
from chuangwen.phone.tokens import CHANNEL, token_hash, unlock_key
from chuangwen.web.program_views import ProgramView, answer, read_json, refused

LARGEST_ENTRY = 512 * 1024
LARGEST_OTHER = 4 * 1024
ENTRIES_A_MINUTE = 600


class PhoneView(ProgramView):
    """A session that is signed in, or the token of a phone."""

    required_verb = USE

    @property
    def device(self) -> Device | None:
        return getattr(self.request, "device", None)

    def refused(self, refusal: Refusal) -> HttpResponse:
        if isinstance(refusal, TooMany):
            response = refused(refusal)
            response["Retry-After"] = str(refusal.seconds)
            return response
        return refused(refusal)


class DevicesView(PhoneView):
    """``POST {"name", "uid"?}`` in a signed-in session (with the CSRF token) -> 201 ``{"device", "name", "token", "unlock_key", "account"}``.

    ``uid`` is the phone's own identifier of an earlier sign-in: the same ``unlock_key`` comes back, the token before ends. 409
    ``phone.other_account`` when the phone holds another person's data.
    """

    def post(self, request: HttpRequest) -> HttpResponse:
        if not hasattr(request, "standing"):
            raise Refusal(_("Sign in with user name and password to add a phone."), "phone.needs_session", status=403)
        data = read_json(request, most=LARGEST_OTHER)
        name, uid = data.get("name", ""), data.get("uid")
        device, token = actions.sign_in_device(self.actor, name=name if isinstance(name, str) else "", uid=_uid(uid))
        facts = {"device": str(device.uid), "name": device.name, "token": token, "unlock_key": unlock_key(device)}
        return answer(facts | {"account": whoami(self.actor)}, 201)


class ThisDeviceView(PhoneView):
    """``GET``: who works here, and on which phone (none in a browser's session). ``DELETE``: sign this phone out; its token ends."""

    def get(self, request: HttpRequest) -> HttpResponse:
        device = self.device
        facts = {"device": str(device.uid), "name": device.name, "ends_at": device.ends_at} if device else {"device": None}
        return answer(facts | {"account": whoami(self.actor)})

    def delete(self, request: HttpRequest) -> HttpResponse:
        actions.sign_out_device(self.actor, device_id=self._this().pk)
        return answer({"state": "signed_out"})

    def _this(self) -> Device:
        if self.device is None:
            raise Missing(_("This address is for a phone that is signed in."))
        return self.device


class WipedView(PhoneView):
    """``POST {"uid"?}`` after the app has erased what it held -> 200. With the wiped phone's token, or signed in with its ``uid``."""

    def check(self, request: HttpRequest) -> None:
        if not bearer(request):
            super().check(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        plain = bearer(request)
        rows = Device.objects.select_related("account__person", "account__base_role")
        if plain:
            device = rows.filter(token_hash=token_hash(plain)).first()
        else:
            device = rows.filter(
                uid=_uid(read_json(request, most=LARGEST_OTHER).get("uid")), account=self.actor.account_id
            ).first()
        if device is None:
            raise Missing(_("There is no such phone."))
        owner = actor_of(device.account, channel=CHANNEL, address=request.META.get("REMOTE_ADDR", ""))
        actions.confirm_wiped(owner, device=device)
        return answer({"state": "wiped"})


class BundleView(PhoneView):
    """``GET`` -> ``{"now", "account", "sections": {name: {"etag", "bytes"}}}``: what the phone should hold; ``bytes`` on the wire."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = {section.name: sections.build(self.actor, section) for section in sections.visible(self.actor)}
        listed = {name: {"etag": built.etag, "bytes": built.size} for name, built in found.items()}
        return answer({"now": clock.now().isoformat(), "account": whoami(self.actor), "sections": listed})


class SectionView(PhoneView):
    """``GET`` -> a section of the package as JSON with its ETag; 304 when the phone has it (If-None-Match)."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        section = sections.find(self.actor, name)
        if section is None:
            raise Missing(_("There is no such part of the package, or your post does not include it."))
        built = sections.build(self.actor, section)
        etag = f'"{built.etag}"'
        known = [known.removeprefix("W/") for known in parse_etags(request.headers.get("If-None-Match", ""))]
        if etag in known or "*" in known:
            response = HttpResponse(status=304)
        elif "gzip" in request.headers.get("Accept-Encoding", ""):
            response = HttpResponse(built.packed, content_type="application/json", headers={"Content-Encoding": "gzip"})
        else:
            response = HttpResponse(built.content, content_type="application/json")
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Encoding"])
        return response


class EntriesView(PhoneView):
    """``POST`` one entry: ``{"uid", "kind", "made_at", "sent_at", "based_on": {section: etag}, "photos": [uid], "data": {…}, "choice"?}``.

    -> 200 ``{"uid", "state": "stored" | "dropped", "result", "notes": [sentences]}``, the same for each repetition.
    """

    def post(self, request: HttpRequest) -> HttpResponse:
        device = self.device
        limits.take("entry", device.pk if device else f"account-{self.actor.account_id}", most=ENTRIES_A_MINUTE)
        return answer(actions.receive(self.actor, read_json(request, most=LARGEST_ENTRY), device=device))

    def refused(self, refusal: Refusal) -> HttpResponse:
        if isinstance(refusal, Clash):
            choices = [{"code": code, "label": str(label)} for code, label in refusal.choices]
            return refused(refusal, state="conflict", choices=choices)
        if isinstance(refusal, PhotosMissing):
            return refused(refusal, state="waiting", missing=refusal.missing)
        if refusal.status in (404, 409) and refusal.code != "phone.other_content":
            return self.refused(Clash(refusal.message, refusal.code))
        if refusal.status in (400, 403, 409, 413, 422):
            return refused(refusal, state="refused", fields={name: str(text) for name, text in refusal.fields.items()})
        return super().refused(refusal)


def whoami(actor: Any) -> dict[str, Any]:
    """The account as the app shows it: id, name, roles (code and name), what it may do."""
    names = dict(Role.objects.filter(code__in=actor.roles).values_list("code", "name"))
    roles = [{"code": code, "name": names.get(code, code)} for code in sorted(actor.roles)]
    return {"id": actor.account_id, "name": actor.name, "roles": roles, "verbs": sorted(actor.grants)}


def _uid(value: Any) -> UUID | None:
    if value in (None, ""):
        return None
    try:
        return UUID(value) if isinstance(value, str) else UUID(int=-1)
    except ValueError as wrong:
        raise Refusal(_("This is no identifier of a phone."), "phone.bad_uid") from wrong
