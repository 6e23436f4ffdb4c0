"""Quiet hours, digests, distances between attempts, addresses of robots. Pure."""

import re
from datetime import datetime, time, timedelta
from urllib.parse import parse_qs, quote, urlsplit

BACK_OFF = (1, 5, 15, 60, 240)
"""Minutes between attempts; after the last one a delivery has failed."""
Span = tuple[time, time]


def inside(moment: time, span: Span) -> bool:
    """Whether a time of day lies in a span, which may go over midnight. Its end is outside."""
    begin, end = span
    if begin == end:
        return False
    return begin <= moment < end if begin < end else moment >= begin or moment < end


def ends(moment: datetime, span: Span) -> datetime:
    """When the span that ``moment`` lies in ends."""
    end = datetime.combine(moment.date(), span[1], moment.tzinfo)
    return end if end > moment else end + timedelta(days=1)


def held_until(moment: datetime, spans: list[Span]) -> datetime:
    """The first moment from ``moment`` on that lies in none of the quiet spans. ``moment`` carries the office's time zone."""
    for _step in range(2 * len(spans) + 1):
        span = next((one for one in spans if inside(moment.time(), one)), None)
        if span is None:
            return moment
        moment = ends(moment, span)
    return moment


def digest_at(moment: datetime, quiet: Span) -> datetime:
    """When the next gathered message goes out: once a day, when the night's quiet ends."""
    end = datetime.combine(moment.date(), quiet[1], moment.tzinfo)
    return end if end > moment else end + timedelta(days=1)


def noon_breaks(hours: list[Span]) -> list[Span]:
    """The breaks between the hours of work of a day: 12:00–14:30."""
    ordered = sorted(hours)
    return [(ordered[n][1], ordered[n + 1][0]) for n in range(len(ordered) - 1) if ordered[n][1] < ordered[n + 1][0]]


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """When it is tried again after ``attempts`` have failed; None where it is given up."""
    return now + timedelta(minutes=BACK_OFF[attempts - 1]) if attempts <= len(BACK_OFF) else None


def robot_url(kind: str, text: str, secret: str = "") -> str:
    """The address that Apprise takes, from what a group shows its administrator (the webhook's address) or from Apprise's own form.

    ``secret``: DingTalk's signature. Raises ValueError where nothing can be read.
    """
    text = text.strip()
    parts = urlsplit(text)
    if kind == "wecom" and parts.hostname == "qyapi.weixin.qq.com":
        key = parse_qs(parts.query).get("key", [""])[0]
        return f"wecombot://{_token(key)}/"
    if kind == "dingtalk" and parts.hostname == "oapi.dingtalk.com":
        token = _token(parse_qs(parts.query).get("access_token", [""])[0])
        return f"dingtalk://{quote(secret.strip(), safe='') + '@' if secret.strip() else ''}{token}/"
    if kind == "feishu" and parts.hostname in ("open.feishu.cn", "open.larksuite.com"):
        return f"feishu://{_token(parts.path.rstrip('/').rpartition('/')[2])}/"
    if not parts.scheme:
        raise ValueError("no address")
    return text


def _token(text: str) -> str:
    if not re.fullmatch(r"[\w-]{8,128}", text):
        raise ValueError("no token")
    return text


def to_person(url: str, address: str) -> str:
    """The address of a mail or SMS way for one person: ``{to}`` is filled in, or ``to`` is added."""
    if "{to}" in url:
        return url.replace("{to}", quote(address, safe=""))
    return f"{url}{'&' if '?' in url else '?'}to={quote(address, safe='')}"


def masked(url: str) -> str:
    """An address as a page may show it: its kind and its host, never a password, a token or a key."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    shown = host if parts.scheme in ("mailto", "mailtos", "json", "jsons", "http", "https", "xml", "xmls", "form", "forms") else f"{host[:3]}…"
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{shown}{port}/…"[:200]
