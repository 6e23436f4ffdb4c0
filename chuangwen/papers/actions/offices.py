"""The issuing office: its names, the characters of its numbers, its seal."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, files
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.papers.layout import LayoutError, prepared
from chuangwen.papers.making import office_for
from chuangwen.papers.models import IssuingOffice
from chuangwen.places.models import Division


def kept(office: IssuingOffice) -> IssuingOffice:
    """The office as a row, made when its first paper is signed. Raises Refusal where another area's office has the same characters."""
    if office.pk is not None:
        return office
    defaults = {"organ": office.organ, "red_head": office.red_head, "code": office.code}
    try:
        with transaction.atomic():
            return IssuingOffice.objects.get_or_create(division=office.division, defaults=defaults)[0]
    except IntegrityError:
        raise code_taken() from None


def code_taken() -> Refusal:
    return Refusal(_("Another office already uses these characters for its numbers."), "papers.code_taken", field="code")


def set_office(
    actor: Actor, *, division: Division | None, organ: str, red_head: str, code: str, print_organ: str = "", copies: str = ""
) -> IssuingOffice:
    """Set whose name stands in the papers of an area. Raises Denied, Refusal when the characters of the numbers are somebody else's."""
    access.require(actor, "papers.edit_office", division=division)
    if IssuingOffice.objects.filter(code=code).exclude(division=division).exists():
        raise code_taken()
    with transaction.atomic():
        office, _new = IssuingOffice.objects.update_or_create(
            division=division,
            defaults={"organ": organ, "red_head": red_head, "code": code, "print_organ": print_organ, "copies": copies},
        )
        audit.record(actor, "papers.edit_office", office, after={"organ": organ, "code": code})
    return office


def set_seal(actor: Actor, *, division: Division | None, picture: bytes, generated: bool = False) -> IssuingOffice:
    """Keep the picture of the office's seal; papers that are signed from now on carry it. Raises Denied, Refusal for a picture that is none."""
    access.require(actor, "papers.edit_office", division=division)
    try:
        seal = prepared(picture)
    except LayoutError as wrong:
        raise Refusal(str(wrong), f"papers.{wrong.code}", field="seal") from wrong
    with transaction.atomic():
        office = kept(office_for(division))
        if office.division != division:
            raise Refusal(_("Set the issuing office of this area first."), "papers.no_office", field="seal")
        before, office.seal_key, office.seal_generated = office.seal_key, files.store(seal), generated
        office.save(update_fields=["seal_key", "seal_generated"])
        audit.record(actor, "papers.edit_office", office, before={"seal": before}, after={"seal": office.seal_key})
    return office


def remove_seal(actor: Actor, *, division: Division | None) -> IssuingOffice:
    """Take the seal off; papers that carry it keep it. Raises Denied, Missing where there is none."""
    access.require(actor, "papers.edit_office", division=division)
    with transaction.atomic():
        office = IssuingOffice.objects.select_for_update().filter(division=division).exclude(seal_key="").first()
        if office is None:
            raise Missing(_("There is no seal."))
        before, office.seal_key, office.seal_generated = office.seal_key, "", False
        office.save(update_fields=["seal_key", "seal_generated"])
        audit.record(actor, "papers.edit_office", office, before={"seal": before}, after={"seal": ""})
    return office
