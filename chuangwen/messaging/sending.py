"""What leaves the house: Apprise does the talking; here stands what it is asked for and how its answer is kept."""

import logging
from dataclasses import dataclass

import apprise

LONGEST = 300


@dataclass(frozen=True)
class Answer:
    ok: bool
    words: str = ""


def send(url: str, title: str, text: str) -> Answer:
    """Send one message to one address; never raises. ``words`` is what went wrong, without the address."""
    if not url:
        return Answer(False, "地址无法解密，请重新填写")
    way = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if way is None:
        return Answer(False, "地址格式不正确")
    try:
        with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
            ok = bool(way.notify(body=text or title, title=title, notify_type=apprise.NotifyType.INFO))
            words = "" if ok else said.getvalue().strip().replace("\n", "；")
    except Exception as problem:
        return Answer(False, f"{type(problem).__name__}"[:LONGEST])
    return Answer(ok, words[:LONGEST])


def understood(url: str) -> bool:
    """Whether messages can be sent to an address of this form; nothing is sent."""
    return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None
