"""What keeps machines from flooding the open pages: proof of work, a question for who has no script, rate limits, a trap field.

All of it works without the internet. A challenge is altcha's (SHA-256, signed, with an expiry); each solution is taken once.
"""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from chuangwen.intake.errors import NotSolved, TooMany
from chuangwen.intake.install import settings_row
from chuangwen.intake.models import SpentSolution, Tally
from chuangwen.intake.sealing import keyed
from chuangwen.kernel import clock
from chuangwen.kernel.chinese import numeral

LASTS = timedelta(minutes=30)
HARDNESS = 120_000
"""The number to find lies below: about a fifth of a second on a desk, a second on an old phone."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_QUESTION = "chuangwen.intake.question"
WITHOUT_SCRIPT = 3
"""So many reports an hour from one address without the proof of work."""


def challenge() -> dict[str, Any]:
    """A fresh challenge as altcha's widgets and our solver take it."""
    options = altcha.ChallengeOptionsV1(
        algorithm="SHA-256", max_number=HARDNESS, hmac_key=keyed("challenge", "key"), expires=clock.now() + LASTS
    )
    return altcha.create_challenge_v1(options).to_dict()


@dataclass(frozen=True)
class Question:
    """A sum in words for a page without script; ``seal`` goes with the answer."""

    words: str
    seal: str


def question() -> Question:
    left, right = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    words = _("How much is %(left)s and %(right)s? (write digits)") % {"left": numeral(left), "right": numeral(right)}
    sealed = signing.dumps({"sum": keyed("sum", f"{left + right}"), "once": secrets.token_hex(8)}, salt=_QUESTION)
    return Question(words, sealed)


def spend(solution: str) -> None:
    """Take a solution, once. Raises NotSolved. Inside the transaction of what it pays for: when that fails, it is not spent."""
    payload = _payload(solution)
    expires = altcha.extract_params_v1(payload).get("expires", [])  # type: ignore[arg-type]  # takes the decoded payload too
    if len(expires) != 1 or not expires[0].isdigit():
        raise _wrong()
    ends = datetime.fromtimestamp(min(int(expires[0]), 2**33), tz=UTC)
    if ends < clock.now():
        raise NotSolved(_("The page was open for too long. Please send it once more."), "intake.solution_old")
    good, _reason = altcha.verify_solution_v1(altcha.PayloadV1(**payload), keyed("challenge", "key"), check_expires=False)
    if not good:
        raise _wrong()
    _once(str(payload["challenge"]), ends)


def spend_answer(sealed: str, answer: str) -> None:
    """Take the answer to a question, once. Raises NotSolved."""
    try:
        facts = signing.loads(sealed, salt=_QUESTION, max_age=LASTS)
    except signing.BadSignature as problem:
        raise NotSolved(_("Please answer the new question below."), "intake.solution_old", field="sum") from problem
    digits = "".join(str(int(c)) for c in answer.strip()[:4] if c.isdecimal())
    if keyed("sum", digits) != facts["sum"]:
        raise NotSolved(_("That is not the sum. Please answer the new question."), field="sum")
    _once(hashlib.sha256(f"question:{facts['once']}".encode()).hexdigest(), clock.now() + LASTS)


def _wrong() -> NotSolved:
    return NotSolved(_("The check against machines was not passed. Please send it once more."))


def _payload(solution: str) -> dict[str, Any]:
    """What the page sent, when it has the shape of a solution at all."""
    try:
        payload = json.loads(base64.b64decode(solution[:4000], validate=True))
    except (ValueError, binascii.Error, RecursionError) as problem:
        raise _wrong() from problem
    kinds = {"algorithm": str, "challenge": str, "salt": str, "signature": str, "number": int}
    if not isinstance(payload, dict) or any(not isinstance(payload.get(name), kind) for name, kind in kinds.items()):
        raise _wrong()
    if payload["algorithm"] != "SHA-256" or len(payload["salt"]) > 200 or not 0 <= payload["number"] <= HARDNESS:
        raise _wrong()
    return {name: payload[name] for name in kinds}


def _once(digest: str, expires_at: datetime) -> None:
    try:
        with transaction.atomic():
            SpentSolution.objects.create(digest=digest, expires_at=expires_at)
    except IntegrityError as problem:
        raise NotSolved(
            _("This was sent already. If it was not you, please send it once more."), "intake.solution_used"
        ) from problem


def count(what: str, who: str, most: int, within: timedelta) -> None:
    """Count one more; raises TooMany beyond ``most`` within the present window. Windows are fixed, so that it can be said when they end."""
    if not who:
        return
    seconds, now = int(within.total_seconds()), clock.now()
    ends_at = datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, tz=UTC)
    key = keyed("tally", f"{what}\n{seconds}\n{who}")
    with transaction.atomic():
        if not Tally.objects.filter(key=key, ends_at=ends_at).update(count=F("count") + 1):
            __, made = Tally.objects.get_or_create(key=key, ends_at=ends_at, defaults={"count": 1})
            if not made:
                Tally.objects.filter(key=key, ends_at=ends_at).update(count=F("count") + 1)
        found = Tally.objects.values_list("count", flat=True).get(key=key, ends_at=ends_at)
    if found > most:
        raise TooMany(ends_at)


def count_report(address: str, *, telephone: str = "", script: bool = True) -> None:
    """One more report from this address and with this telephone number. Raises TooMany."""
    row = settings_row()
    count("report", address, row.reports_per_hour, HOUR)
    count("report", address, row.reports_per_day, DAY)
    if telephone:
        count("telephone", telephone, row.reports_per_day, DAY)
    if not script:
        count("without script", address, WITHOUT_SCRIPT, HOUR)


def check(given: Mapping[str, Any]) -> None:
    """The trap, then the proof of work or the question. Raises NotSolved. Inside the transaction of what it pays for."""
    if str(given.get("website") or "").strip():
        raise NotSolved(_("Leave the field “website” empty and send it again."), "intake.trap")
    if given.get("altcha"):
        spend(str(given["altcha"]))
    elif given.get("question"):
        spend_answer(str(given["question"]), str(given.get("sum") or ""))
    else:
        raise _wrong()


def forget_old() -> int:
    """Take away tallies and solutions whose time is over. Returns how many."""
    now = clock.now()
    return Tally.objects.filter(ends_at__lt=now).delete()[0] + SpentSolution.objects.filter(expires_at__lt=now).delete()[0]
