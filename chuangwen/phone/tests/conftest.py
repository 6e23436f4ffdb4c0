"""A phone that is signed in, and a kind of entry that only the tests know."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.phone import actions
from chuangwen.phone.models import Device


@dataclass
class Phone:
    """What a phone in somebody's hand can do."""

    device: Device
    token: str
    client: Client

    @property
    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **headers: str):
        return self.client.get(f"/phone/api/{path}", headers=self.header | headers)

    def post(self, path: str, data: Any):
        body = data if isinstance(data, bytes | str) else json.dumps(data)
        return self.client.post(f"/phone/api/{path}", body, content_type="application/json", headers=self.header)

    def send(self, kind: str, data: dict[str, Any], **more: Any):
        return self.post("entries", entry(kind, data, **more))


def entry(kind: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    now = clock.now().isoformat()
    return {"uid": str(uuid.uuid4()), "kind": kind, "made_at": now, "sent_at": now, "photos": [], "data": data} | more


@pytest.fixture
def phone_of():
    """``phone_of(account)`` is a phone on which this account has signed in."""

    def make(account, name: str = "测试手机") -> Phone:
        device, token = actions.sign_in_device(actor_of(account), name=name)
        return Phone(device, token, Client())

    return make


@pytest.fixture
def phone(town, phone_of) -> Phone:
    """The inspector's phone."""
    return phone_of(town.accounts["inspector"])
