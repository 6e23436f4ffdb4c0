"""Keys of other systems, and what they post."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases import actions as cases
from chuangwen.evidence.actions import take_in
from chuangwen.evidence.actions.redacting import ask_for_release
from chuangwen.intake import guard, outgoing, placing
from chuangwen.intake.models import Channel, Report, ReportPhoto, SystemKey
from chuangwen.intake.open311 import rules
from chuangwen.intake.open311.queries import REFERENCE, SEEN_AT, SEVERITY, SITE, kind_of
from chuangwen.intake.open311.rules import Unclear
from chuangwen.intake.receiving import Received, receive
from chuangwen.intake.sealing import hash_of
from chuangwen.kernel import access, audit, clock, files, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.geography import Point
from chuangwen.kernel.pictures import PictureError
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Kind

FETCH = "intake.fetch_media"
MOST_PHOTOS = 5
MOST_PICTURE = 20 * 2**20
NAME, NAMES = 60, 40
SEEN_DAYS = 30

Photos = Sequence[tuple[str, bytes]]


# -- keys -------------------------------------------------------------------------------------------------------------


def make_key(
    actor: Actor, *, name: str, division: Division | None = None, reads_words: bool = False, per_hour: int = 300, media_hosts: str = ""
) -> str:
    """Give another system a key; returns its text, which is nowhere kept. Raises Denied, Refusal."""
    access.require(actor, "intake.manage_keys")
    facts = _key_facts(name, division, reads_words, per_hour, media_hosts)
    plain = f"o311_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = SystemKey.objects.create(key_hash=hash_of(plain), created_at=clock.now(), created_by_id=actor.account_id, **facts)
        audit.record(actor, "intake.manage_keys", key, after=_told(key))
    return plain


def change_key(
    actor: Actor, *, key_id: int, name: str, division: Division | None = None, reads_words: bool = False, per_hour: int = 300,
    media_hosts: str = "",
) -> SystemKey:  # fmt: skip
    """Change what a key allows; its text stays. Raises Denied, Missing, Refusal."""
    with transaction.atomic():
        key = _key(actor, key_id)
        before = _told(key)
        for column, value in _key_facts(name, division, reads_words, per_hour, media_hosts).items():
            setattr(key, column, value)
        key.save()
        audit.record(actor, "intake.manage_keys", key, before=before, after=_told(key))
    return key


def withdraw_key(actor: Actor, *, key_id: int) -> SystemKey:
    """Take a key back: it is good for nothing from now on. What came by it stays. Raises Denied, Missing."""
    with transaction.atomic():
        key = _key(actor, key_id)
        if key.withdrawn_at is None:
            key.withdrawn_at = clock.now()
            key.save(update_fields=["withdrawn_at"])
            audit.record(actor, "intake.manage_keys", key, note=_("taken back"))
    return key


def _key(actor: Actor, key_id: int) -> SystemKey:
    return access.fetch(actor, "intake.manage_keys", SystemKey.objects.select_related("division"), lock=True, pk=key_id)


def _key_facts(name: str, division: Division | None, reads_words: bool, per_hour: int, media_hosts: str) -> dict[str, Any]:
    name = rules.clean(name, NAME)
    if not name:
        raise Refusal(_("Say which system the key is for."), "open311.name", field="name")
    if not 1 <= per_hour <= 100_000:
        raise Refusal(_("A number from 1 to 100,000."), "open311.per_hour", field="per_hour")
    listed = " ".join(rules.hosts(media_hosts))
    if len(listed) > 300:
        raise Refusal(_("At most 300 characters."), "open311.hosts", field="media_hosts")
    return {"name": name, "division": division, "reads_words": reads_words, "per_hour": per_hour, "media_hosts": listed}


def _told(key: SystemKey) -> dict[str, Any]:
    return {
        "name": key.name, "division": key.division.code if key.division else None, "reads_words": key.reads_words, "per_hour": key.per_hour,
        "media_hosts": key.media_hosts,
    }  # fmt: skip


# -- what they post ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Posted:
    """A request as it was posted, read and checked; ``reference`` is the sender's own number of it."""

    kind: Kind
    description: str
    site: Site | None = None
    division: Division | None = None
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    contact: str = ""
    severity: int | None = None
    seen_at: datetime | None = None
    reference: str = ""
    media_url: str = ""


def read(given: Mapping[str, Any], key: SystemKey) -> Posted:
    """Read the arguments of POST. ``device_id`` and ``account_id`` are not kept: nothing here needs them.

    Raises Unclear (400), Missing (404: a service, a site that is not there).
    """
    code = rules.clean(given.get("service_code"), 40)
    if not code:
        raise Unclear(_("service_code is missing."))
    kind = kind_of(code)
    sent = {name: rules.clean(given.get(field), 200) for name, field in rules.attributes(given).items()}
    site, division, point = _where(given, sent, key)
    words = rules.clean(given.get("description"), rules.DESCRIPTION + 1)
    if len(words) > rules.DESCRIPTION:
        raise Unclear(_("description has at most 4,000 characters."))
    url = rules.clean(given.get("media_url"), 500)
    reference = sent.get(REFERENCE, "")
    if len(reference) > rules.REFERENCE:
        raise Unclear(_("attribute[REFERENCE] has at most 40 characters."))
    return Posted(
        kind=kind, description=words or kind.name, site=site, division=division, address=rules.clean(given.get("address_string"), 200),
        lat=point.lat if point else None, lon=point.lon if point else None, contact=_contact(given), severity=_severity(sent.get(SEVERITY, "")),
        seen_at=_seen_at(sent), reference=reference, media_url=url,
    )  # fmt: skip


def _where(given: Mapping[str, Any], sent: Mapping[str, str], key: SystemKey) -> tuple[Site | None, Division | None, Point | None]:
    """The site (by its code), the point, or the place that the address names; where none says it, the key's own area.

    Raises Unclear, Missing.
    """
    degrees = rules.degrees(given)
    point = Point(*degrees) if degrees else None
    code = sent.get(SITE) or rules.clean(given.get("address_id"), 40)
    address = rules.clean(given.get("address_string"), 200)
    if not (code or point or address):
        raise Unclear(_("A location is missing: lat and long, address_string, or address_id (the code of a site)."))
    site = placing.site_by_code(code) if code else None
    if code and site is None:
        raise Missing(_("No site has the code %(code)s.") % {"code": code})
    division = site.division if site else None
    if site is None and point is not None:
        place = placing.place_at(point)
        site, division = place.site, place.division
    if division is None and address:
        division = placing.named_in(address)
    if division is None and point is None:
        division = key.division
    if division is None:
        raise Unclear(_("This place is not in the town, or the address names no community of it: send lat and long."))
    if key.division is not None and not division.under(key.division):
        raise Unclear(_("This place lies outside the area that the key is for."))
    return site, division, point


def _contact(given: Mapping[str, Any]) -> str:
    name = rules.clean(given.get("last_name"), NAMES) + rules.clean(given.get("first_name"), NAMES)
    reached = rules.clean(given.get("phone"), 30) or rules.clean(given.get("email"), 60)
    return f"{name} {reached}".strip() if reached else ""


def _severity(text: str) -> int | None:
    if text and text not in ("1", "2", "3", "4"):
        raise Unclear(_("attribute[SEVERITY] is one of the keys of the service definition."))
    return int(text) if text else None


def _seen_at(sent: Mapping[str, str]) -> datetime | None:
    at, now = rules.moment(sent, SEEN_AT), clock.now()
    if at is not None and not now - timedelta(days=SEEN_DAYS) <= at <= now + timedelta(minutes=5):
        raise Unclear(_("attribute[SEEN_AT] lies in the last 30 days."))
    return at


def post_request(actor: Actor, *, key: SystemKey, posted: Posted, photos: Photos = ()) -> Received:
    """Take in a request of another system. The same ``reference`` of the same key again gives the request that is there.

    Raises TooMany, Unclear, and what ``receive`` and ``evidence.take_in`` raise; what is refused leaves nothing behind but the count.
    """
    access.require(actor, "cases.report")
    reference = f"{key.pk}:{posted.reference}" if posted.reference else ""
    known = Report.objects.select_related("case").filter(channel=Channel.OPEN311, reference=reference).first() if reference else None
    if known is not None:
        return Received(known, "", True)
    guard.count("open311", str(key.pk), key.per_hour, guard.HOUR)
    if len(photos) > MOST_PHOTOS:
        raise Unclear(_("At most %(count)d photos.") % {"count": MOST_PHOTOS})
    given = uuid.uuid4()
    words, more = rules.split(posted.description)
    with transaction.atomic():
        pictures = _stored(actor, given, photos)
        received = receive(
            actor, channel=Channel.OPEN311, description=words, site=posted.site, division=posted.division, address=posted.address,
            lat=posted.lat, lon=posted.lon, kind=posted.kind, photos=pictures, contact=posted.contact, reference=reference,
            reported_at=posted.seen_at, uid=given, more={"severity": posted.severity},
        )  # fmt: skip
        if received.again:
            return received
        report = received.report
        report.system = key
        report.save(update_fields=["system"])
        for piece in more:
            cases.comment(actor, case_id=report.case_id, note=f"…{piece}")
        if pictures:
            ask_for_release(actor, pictures, division_id=report.case.division_id)
        if posted.media_url:
            _look_for(actor, report, key, posted.media_url)
    return received


def _stored(actor: Actor, given: uuid.UUID, photos: Photos) -> list[int]:
    return [
        take_in(actor, content, name=name, uid=uuid.uuid5(given, hashlib.sha256(content).hexdigest())).pk for name, content in photos
    ]


def _look_for(actor: Actor, report: Report, key: SystemKey, url: str) -> None:
    """Have the picture at an address fetched, where the key's hosts allow it; else the address is a remark for people to look at."""
    try:
        host = outgoing.host_of(url)
    except outgoing.BadAddress as problem:
        raise Unclear(_("media_url is no address of the form https://host/path.")) from problem
    if host in key.media_hosts.split():
        jobs.start(access.SYSTEM, FETCH, {"report": report.pk, "url": url}, title=_("Fetching a picture of another system"))
    else:
        cases.comment(actor, case_id=report.case_id, note=_("A picture is said to be at: %(url)s") % {"url": url[:420]})


def fetch_media(actor: Actor, *, report_id: int, url: str) -> int | None:
    """Fetch the picture that a report named, and put it with the case. None where it was fetched before.

    What does not answer, or is no picture, becomes a remark with the address. Raises Denied.
    """
    access.require(actor, "evidence.add")
    report = Report.objects.select_related("case", "system").get(pk=report_id)
    uid = uuid.uuid5(report.uid, url)
    if report.photos.filter(photo__uid=uid).exists():
        return None
    try:
        answer = outgoing.ask("GET", url, headers={"Accept": "image/*", "User-Agent": "Chuangwen"}, most=MOST_PICTURE + 1)
        if answer.status != 200 or len(answer.body) > MOST_PICTURE:
            raise outgoing.NoAnswer(f"HTTP {answer.status}, {len(answer.body)} bytes")
        with transaction.atomic():
            photo = take_in(actor, answer.body, name=url.rsplit("/", 1)[-1].split("?")[0][:120], uid=uid)
            cases.comment(actor, case_id=report.case_id, note=_("The picture that came with the report."), photos=[photo.pk])
            ReportPhoto.objects.create(report=report, photo=photo)
            ask_for_release(actor, [photo.pk], division_id=report.case.division_id)
        return photo.pk
    except files.NoSpace:
        raise
    except (outgoing.NoAnswer, outgoing.BadAddress, PictureError):
        with transaction.atomic():
            cases.comment(actor, case_id=report.case_id, note=_("The picture could not be fetched: %(url)s") % {"url": url[:420]})
        return None

