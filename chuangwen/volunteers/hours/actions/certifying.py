"""Certificates of service (志愿服务记录证明, 民政部令第67号): on the volunteer's request, by the organisation that keeps the record, without
charge, truthfully out of what counts."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.kernel import access, audit, clock, files
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.kernel.errors import Conflict, Missing
from chuangwen.kernel.lives import needed
from chuangwen.kernel.models import Counter
from chuangwen.people.models import Unit
from chuangwen.volunteers.corps.models import Membership, Volunteer
from chuangwen.volunteers.hours import beside, certificate_code, certificate_paper, rules
from chuangwen.volunteers.hours.actions.base import ASK, CERTIFIED, ISSUE, LADDER, not_concerned, refuse
from chuangwen.volunteers.hours.models import HoursCertificate, StarLevel
from chuangwen.volunteers.hours.rules import Certify, Rung
from chuangwen.volunteers.presence.models import ServiceEntry

SERIES = "志服证"


def ask_certificate(
    actor: Actor, *, volunteer_id: int, starts_on: date, ends_on: date, purpose: str = "", with_commendations: bool = False
) -> HoursCertificate:
    """Ask for a certificate of what counts from a day to a day; the volunteer asks, or the desk for whoever comes to it. ``with_commendations``:
    what was given to them in that time stands on it too. Raises Denied, Missing, Conflict (one is asked for already), Refusal."""
    access.require(actor, ASK)
    with transaction.atomic():
        volunteer = access.fetch(actor, ASK, Volunteer.objects.select_related("person", "division"), lock=True, pk=volunteer_id)
        if ends_on < starts_on:
            raise refuse(_("The last day lies before the first."), "days", "ends_on")
        if ends_on > clock.today():
            raise refuse(_("This day is still to come."), "days", "ends_on")
        unit = issuing_unit(volunteer)
        if unit is None:
            raise refuse(_("The volunteer is in no team, and no unit answers for the place: nobody can issue it."), "no_unit")
        try:
            with transaction.atomic():
                row = HoursCertificate.objects.create(
                    volunteer=volunteer, unit=unit, starts_on=starts_on, ends_on=ends_on, purpose=purpose.strip()[:100], asked_at=clock.now(),
                    asked_by_id=actor.account_id, with_commendations=with_commendations, generated=volunteer.generated,
                )  # fmt: skip
        except IntegrityError as waits:
            raise Conflict(_("A certificate is asked for already: it has to be issued or refused first."), "hours.certificate_waits") from waits
        audit.record(actor, ASK, row, after={"volunteer": volunteer.pk, "starts_on": starts_on, "ends_on": ends_on})
    return row


def issuing_unit(volunteer: Volunteer) -> Unit | None:
    """The unit that answers for the team the volunteer belongs to (谁记录谁证明), else one of the volunteer's place or above it."""
    mine = Membership.objects.filter(volunteer=volunteer, state__in=Membership.IN).select_related("team__unit")
    member = mine.order_by("joined_on", "pk").first()
    if member is not None:
        return member.team.unit
    units = Unit.objects.filter(division__path__in=list(volunteer.division.ancestor_paths), ends_on__isnull=True).select_related("division")
    return max(units, key=lambda unit: (len(unit.division.path) if unit.division else 0, -unit.pk), default=None)


def counted(volunteer_id: int, first: date, last: date) -> tuple[int, list[dict[str, object]]]:
    """Minutes that count from a day to a day, and what they are of: title, how often, minutes, from where. Two queries at most."""
    rows = ServiceEntry.objects.filter(volunteer=volunteer_id, counts=True, minutes__gt=0, day__range=(first, last)).order_by()
    lines = rows.values("title", "from_system").annotate(times=Count("pk"), total=Sum("minutes")).order_by("title", "from_system")
    told = [{"title": row["title"], "from": row["from_system"], "times": row["times"], "minutes": row["total"]} for row in lines]
    return sum(int(row["total"]) for row in lines), told


def ladder() -> list[Rung]:
    return [Rung(row.level, row.hours, row.name) for row in StarLevel.objects.all()]


def issue_certificate(actor: Actor, *, hours_certificate_id: int, expected: int | None = None) -> HoursCertificate:
    """Number it (one series a year, without gaps), sign what it says, keep its PDF for the first reader. Raises Denied (one's own), NotNow,
    Conflict, Refusal (nothing counts in the time)."""
    access.require(actor, ISSUE)
    with transaction.atomic():
        row: HoursCertificate = CERTIFIED.take(actor, Certify.ISSUE, hours_certificate_id, expected=expected)
        not_concerned(actor, [row.volunteer.person_id])
        minutes, lines = counted(row.volunteer_id, row.starts_on, row.ends_on)
        if not minutes:
            raise refuse(_("Nothing that counts was recorded in this time."), "nothing")
        today = clock.today()
        number = f"{SERIES}〔{today.year}〕{Counter.take(f'hours-certificate/{today.year}')}号"
        told = certificate_code.statement(
            number=number, name=row.volunteer.person.name, minutes=minutes, first=row.starts_on, last=row.ends_on, organ=row.unit.name, day=today
        )
        total = ServiceEntry.objects.filter(volunteer=row.volunteer_id, counts=True, day__lte=row.ends_on).aggregate(n=Sum("minutes"))["n"] or 0
        star = rules.standing(total, ladder()).now
        given = beside.commendations(row.volunteer_id, row.starts_on, row.ends_on) if row.with_commendations else []
        changes = {
            "commendations": given, "number": number, "minutes": minutes, "lines": lines, "star": star.name if star else "", "issued_on": today,
            "issued_by_id": actor.account_id, "code": certificate_code.encode(told),
        }  # fmt: skip
        CERTIFIED.write(actor, Certify.ISSUE, row, lambda: number, changes, told={"number": number, "minutes": minutes})
    return row


def refuse_certificate(actor: Actor, *, hours_certificate_id: int, reason: str, expected: int | None = None) -> HoursCertificate:
    """Do not issue it, and say why. It takes no number. Raises Denied, NotNow, Conflict, Refusal."""
    return _end(actor, Certify.REFUSE, hours_certificate_id, reason, expected)


def withdraw_certificate(actor: Actor, *, hours_certificate_id: int, reason: str, expected: int | None = None) -> HoursCertificate:
    """It is valid no longer, and why; whoever verifies it is told so. Raises Denied, NotNow, Conflict, Refusal."""
    return _end(actor, Certify.WITHDRAW, hours_certificate_id, reason, expected)


def _end(actor: Actor, step: Certify, key: int, reason: str, expected: int | None) -> HoursCertificate:
    access.require(actor, ISSUE)
    with transaction.atomic():
        row: HoursCertificate = CERTIFIED.take(actor, step, key, expected=expected)
        not_concerned(actor, [row.volunteer.person_id])
        words = needed(reason, "reason", _("Say why."))
        CERTIFIED.write(actor, step, row, lambda: words, {"ended_at": clock.now(), "reason": words})
    return row


def look_at_certificates(entry_id: int) -> int:
    """An entry counts no longer: certificates that say more than what counts now in their time are withdrawn. How many."""
    entry = ServiceEntry.objects.only("volunteer_id", "day").get(pk=entry_id)
    rows = HoursCertificate.objects.select_for_update(of=("self",)).filter(
        volunteer=entry.volunteer_id, state=HoursCertificate.State.ISSUED, starts_on__lte=entry.day, ends_on__gte=entry.day
    )
    withdrawn = 0
    for row in rows.order_by("pk"):
        minutes, _lines = counted(row.volunteer_id, row.starts_on, row.ends_on)
        if minutes < row.minutes:
            with override(settings.LANGUAGE_CODE):
                why = _("Hours that it certifies count no longer; ask for a new one.")
            CERTIFIED.write(SYSTEM, Certify.WITHDRAW, row, lambda why=why: why, {"ended_at": clock.now(), "reason": why})
            withdrawn += 1
    return withdrawn


def withdraw_for_commendation(volunteer_id: int, commendation_id: int) -> int:
    """A commendation was withdrawn: certificates that name it are withdrawn too. How many."""
    rows = HoursCertificate.objects.select_for_update(of=("self",)).filter(volunteer=volunteer_id, state=HoursCertificate.State.ISSUED)
    withdrawn = 0
    for row in rows.filter(with_commendations=True).order_by("pk"):
        if any(line["id"] == commendation_id for line in row.commendations):
            with override(settings.LANGUAGE_CODE):
                why = _("It names a commendation that was withdrawn; ask for a new one.")
            CERTIFIED.write(SYSTEM, Certify.WITHDRAW, row, lambda why=why: why, {"ended_at": clock.now(), "reason": why})
            withdrawn += 1
    return withdrawn


def certificate_pdf(row: HoursCertificate, address: str) -> bytes:
    """The certificate as PDF with its code behind it, made once and kept. ``address``: where its code is verified. For whoever was let see the
    row. Raises Missing (not issued), Refusal (no LibreOffice)."""
    if not row.code:
        raise Missing(_("The certificate was not issued."))
    if row.pdf_key:
        return files.read(row.pdf_key)
    content = certificate_code.seal_file(certificate_paper.pdf(row, address), row.code)
    if not HoursCertificate.objects.filter(pk=row.pk, pdf_key="").update(pdf_key=files.store(content)):
        return files.read(HoursCertificate.objects.values_list("pdf_key", flat=True).get(pk=row.pk))
    return content


def set_stars(actor: Actor, *, hours: dict[int, int]) -> int:
    """From how many ``hours`` on each level of the ladder is reached. How many changed. Raises Denied, Refusal (not rising, unknown level)."""
    access.require(actor, LADDER)
    with transaction.atomic():
        rows = {row.level: row for row in StarLevel.objects.select_for_update().order_by("level")}
        if hours.keys() - rows.keys():
            raise refuse(_("There is no such level."), "level")
        before = {row.level: row.hours for row in rows.values()}
        after = before | hours
        rising = [after[level] for level in sorted(after)]
        if any(not 1 <= one <= 100_000 for one in rising) or rising != sorted(set(rising)):
            raise refuse(_("Each level needs more hours than the one below."), "rising")
        changed = [level for level in rows if before[level] != after[level]]
        for level in changed:  # out of the way first: no two levels ever need the same
            StarLevel.objects.filter(level=level).update(hours=1_000_000 + level)
        for level in changed:
            StarLevel.objects.filter(level=level).update(hours=after[level])
        if changed:
            audit.record(actor, LADDER, title=_("Ladder of stars"), before=before, after=after)
    return len(changed)
