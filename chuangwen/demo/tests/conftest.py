"""One town for all tests of the generator, and the same town filled in for those that need the tables."""

from datetime import date, datetime

import pytest
from django.conf import settings
from django.core.management import call_command

from chuangwen.demo.generate import generate
from chuangwen.demo.records import NOW as MOMENT
from chuangwen.kernel import clock

TODAY = date(2026, 11, 20)
NOW = datetime.combine(TODAY, MOMENT, clock.LOCAL)
PHOTOS = 12


@pytest.fixture(scope="session")
def town_data():
    return generate(TODAY)


@pytest.fixture(scope="package")
def filled_town(django_db_setup, django_db_blocker, tmp_path_factory):
    """The report of the filling. It is done once and taken away at the end; each test sees it and changes nothing for the next."""
    from chuangwen.cases import loop_settings
    from chuangwen.demo import fill
    from chuangwen.kernel import install, office_calendar

    before = {name: getattr(settings, name) for name in ("HOME", "PASSWORD_HASHERS")}
    settings.HOME = tmp_path_factory.mktemp("town")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        try:
            install.run_all()
            yield fill.fill_town(today=TODAY, photos=PHOTOS) | {"home": settings.HOME}
        finally:
            call_command("flush", interactive=False, verbosity=0)
            loop_settings.forget()
            office_calendar.forget()
            for name, value in before.items():
                setattr(settings, name, value)


@pytest.fixture
def report(filled_town, db, settings):
    """The test stands in the filled town, at the moment at which it stands still."""
    settings.HOME = filled_town["home"]
    with clock.at(NOW):
        yield filled_town
