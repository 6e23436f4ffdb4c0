import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def own_addresses(settings):
    settings.ROOT_URLCONF = "chuangwen.web.tests.urls"
    settings.LANGUAGE_CODE = "zh-hans"


@pytest.fixture
def enter(town):
    """``enter("clerk")`` is a client in which that role has signed in, second factor and all."""

    def make(role: str) -> Client:
        client = Client()
        client.force_login(town.accounts[role], backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["second_factor"] = True
        session.save()
        return client

    return make
