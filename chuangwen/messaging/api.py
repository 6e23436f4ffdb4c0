"""One's own inbox over REST."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel.paging import page_of
from chuangwen.messaging import actions, queries
from chuangwen.web.views import actor_of

router = Router()


class NoticeOut(Schema):
    """`urgency` is 1 (for information), 2 (to be done) or 3 (urgent); `link` is an address in this program."""

    id: int
    kind: str
    title: str
    text: str
    link: str
    urgency: int
    at: datetime
    read_at: datetime | None


class InboxOut(Schema):
    items: list[NoticeOut]
    next: int | None
    unread: int


class ReadIn(Schema):
    """Without `ids` all of them."""

    ids: list[int] | None = Field(None, max_length=500)


class ReadOut(Schema):
    read: int


@router.get("", response=InboxOut, summary="The account's own messages, newest first")
def list_messages(request: HttpRequest, unread: bool | None = None, limit: int = 50, after: int | None = None) -> Any:
    actor = actor_of(request)
    found = queries.inbox(actor)
    if unread is not None:
        found = found.filter(read_at__isnull=unread)
    page = page_of(found, limit=limit, after=after)
    return {"items": [queries.as_data(row) for row in page["items"]], "next": page["next"], "unread": queries.unread(actor)}


@router.post("/read", response=ReadOut, summary="Mark the account's own messages as read")
def read_messages(request: HttpRequest, body: ReadIn) -> Any:
    ids = [key for key in body.ids if 0 < key < 2**63] if body.ids is not None else None
    return {"read": actions.mark_read(actor_of(request), received_ids=ids)}
