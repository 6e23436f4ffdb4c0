"""Saying what burdens or could be better, and answering it."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.intake import guard
from chuangwen.intake.install import settings_row
from chuangwen.intake.masking import mask_text
from chuangwen.intake.models import Suggestion
from chuangwen.intake.sealing import hash_of, inner_uid, seal, token_for
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.kernel.identifiers import new_uid

SUGGESTIONS_AN_HOUR = 6
WORDS = 1000


def suggest(
    actor: Actor,
    *,
    proof: Mapping[str, Any],
    subject: str,
    words: str,
    contact: str = "",
    named: bool = False,
    uid: uuid.UUID | None = None,
) -> str:
    """Take in what somebody says; returns the secret of the link to the answer. The same ``uid`` again gives the same link.

    ``named``: an account stands beside it; else nothing that says who it was is stored, in the trail neither. Raises NotSolved, TooMany.
    """
    access.require(actor, "intake.suggest")
    given = uid or new_uid()
    inner, token = inner_uid(given), token_for(given, "suggestion")
    if Suggestion.objects.filter(uid=inner).exists():
        return token
    said = _clean(words)
    if not said:
        raise Refusal(_("Please write a few words."), "intake.no_words", field="words")
    if subject not in Suggestion.Subject.values:
        raise Refusal(_("Please choose what it is about."), "intake.no_subject", field="subject")
    guard.count("suggest", actor.address, SUGGESTIONS_AN_HOUR, guard.HOUR)
    who = actor if named else replace(actor, account_id=None, person_id=None, name=_("somebody"), address="")
    with transaction.atomic():
        guard.check(proof)
        row = Suggestion.objects.create(
            uid=inner, subject=subject, words=said, account_id=who.account_id, contact=seal(contact.strip()[:100]), token_hash=hash_of(token),
            contact_until=clock.today() + timedelta(days=settings_row().contact_longest) if contact.strip() else None,
            received_at=clock.now() if named else _blurred(),
        )  # fmt: skip
        audit.record(who, "intake.suggest", row, title=str(row.get_subject_display()), after={"subject": subject})
    return token


def _blurred() -> Any:
    """Now, to the hour: who was at which desk in which minute is nobody's business."""
    return clock.now().replace(minute=0, second=0, microsecond=0)


def answer(actor: Actor, *, suggestion_id: int, words: str, publish: bool = False, public_words: str = "") -> Suggestion:
    """Answer, or change the answer; ``publish`` shows it to everybody, with ``public_words`` for what was said (numbers covered)."""
    with transaction.atomic():
        row = access.fetch(actor, "intake.answer", Suggestion, lock=True, pk=suggestion_id)
        said = _clean(words)
        if not said:
            raise Refusal(_("Write the answer."), "intake.no_words", field="words")
        before = {"answer": row.answer, "published": row.published}
        row.answer, row.answered_at, row.answered_by_id = said, row.answered_at or clock.now(), actor.account_id
        row.published, row.public_words = publish, mask_text(_clean(public_words) or row.words) if publish else row.public_words
        row.save(update_fields=["answer", "answered_at", "answered_by", "published", "public_words"])
        audit.record(
            actor,
            "intake.answer",
            row,
            title=str(row.get_subject_display()),
            before=before,
            after={"answer": said, "published": publish},
        )
    return row


def by_token(token: str) -> Suggestion:
    """What somebody said, by the link to its answer. Raises Missing."""
    row = Suggestion.objects.filter(token_hash=hash_of(token)).first() if len(token) <= 64 else None
    if row is None:
        raise Missing(_("There is nothing under this link. Check that it was copied whole."))
    return row


def _clean(words: str) -> str:
    return "".join(c for c in words if c >= " " or c in "\n\t").strip()[:WORDS]
