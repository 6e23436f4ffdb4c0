"""What the promises about the whole house stand on: a connection that is kept, and two towns that are made once for the tests of a file."""

import copy

import pytest
from django.db import transaction
from django.test.utils import override_settings

from chuangwen.testing.fixtures import connection_kept
from tests.world import World, make_world


@pytest.fixture(autouse=True, scope="module")
def _kept_connection():
    """Every test here may ask through clients that close their answers themselves, some only when they are thrown away: between two tests, in
    the middle of the transaction that holds the towns."""
    with connection_kept():
        yield


@pytest.fixture(scope="module")
def made_once(_kept_connection, django_db_setup, django_db_blocker, tmp_path_factory):
    """The two towns in a transaction around all tests of a file, and the folder with their files. Tests of such a file make no town."""
    home = tmp_path_factory.mktemp("world")
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(HOME=home, PASSWORD_HASHERS=hashers, AXES_ENABLED=False):
            made = make_world()
        yield made, home
        transaction.set_rollback(True)


@pytest.fixture
def world(made_once, db, settings) -> World:
    """The two towns for one test: what it changes is taken back after it."""
    made, settings.HOME = made_once
    return copy.deepcopy(made)
