"""What no record of the product tells is entered by hand, with evidence, and counts once somebody else has checked it."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.people.models import Unit
from chuangwen.scoring.appraisal.models import ManualEntry
from chuangwen.scoring.appraisal.uploads import kept

LARGEST = {"points": Decimal("99999"), "quantity": Decimal("99999999999")}


def enter_manually(
    actor: Actor,
    *,
    unit: Unit,
    kind: str,
    day: date,
    words: str,
    points: Decimal | None = None,
    quantity: Decimal | None = None,
    link: str = "",
    content: bytes = b"",
    file_name: str = "",
) -> ManualEntry:
    """Enter an award, adopted information, activities. Raises Denied, Refusal (without evidence, in the future)."""
    access.require(actor, "scoring.enter_manually", division=unit.division, unit=unit)
    if day > clock.today():
        raise Refusal(_("The day lies in the future."), "scoring.entry_day", field="day")
    if not kind.strip() or not words.strip():
        raise Refusal(_("Say what it is and of which kind."), "scoring.entry_words", field="words")
    if points is not None and quantity is not None:
        raise Refusal(_("Points or a quantity, not both."), "scoring.entry_amount", field="quantity")
    for name, value in (("points", points), ("quantity", quantity)):
        if value is not None and (value <= 0 or value > LARGEST[name]):
            raise Refusal(_("The amount must be positive and not that large."), "scoring.entry_amount", field=name)
    key, name = kept(content, file_name)
    if not key and not link:
        raise Refusal(_("Nothing counts without evidence: add a file or a link."), "scoring.entry_evidence", field="link")
    with transaction.atomic():
        entry = ManualEntry.objects.create(
            unit=unit,
            kind=kind.strip()[:60],
            day=day,
            points=points,
            quantity=quantity,
            words=words.strip()[:300],
            link=link[:300],
            file_key=key,
            file_name=name,
            entered_at=clock.now(),
            entered_by_id=actor.account_id,
        )
        audit.record(actor, "scoring.enter_manually", entry, after={"unit": str(unit), "kind": kind, "words": words, "day": day})
    return entry


def check_entry(actor: Actor, *, entry_id: int, refused: str = "") -> ManualEntry:
    """Let an entry count, or say why it does not (``refused``). Never by whoever entered it. Raises Refusal, Conflict."""
    with transaction.atomic():
        entry = access.fetch(actor, "scoring.check_entry", ManualEntry, lock=True, pk=entry_id)
        if entry.checked_at is not None:
            raise Conflict(_("This entry was checked already."), "scoring.entry_checked")
        if actor.account_id is not None and entry.entered_by_id == actor.account_id:
            raise Refusal(_("Whoever entered it does not check it: ask somebody else."), "scoring.check_own")
        entry.checked_at, entry.checked_by_id, entry.refused = clock.now(), actor.account_id, refused.strip()[:300]
        entry.save(update_fields=["checked_at", "checked_by", "refused"])
        audit.record(actor, "scoring.check_entry", entry, after={"refused": entry.refused})
    return entry
