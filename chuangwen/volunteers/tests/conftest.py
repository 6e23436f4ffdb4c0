"""What the tests of the room's interface stand on."""

import pytest

from chuangwen.kernel.access import SYSTEM
from chuangwen.people.actions import make_token
from chuangwen.people.models import Account


@pytest.fixture
def ask(client):
    """``ask(account, method, path, body)`` as a program with a token of that account."""
    tokens = {}

    def asked(account, path, body=None):
        account = account if isinstance(account, Account) else Account.objects.get(pk=account.account_id)
        if account.pk not in tokens:
            tokens[account.pk] = make_token(SYSTEM, account, "rest")
        headers = {"Authorization": f"Bearer {tokens[account.pk]}"}
        address = f"/api/v1/{path}"
        return client.get(address, headers=headers) if body is None else client.post(
            address, body, headers=headers, content_type="application/json"
        )

    return asked
