"""What the tests of the room share: a little town with places on the ground, clients of people without an account."""

from datetime import datetime

import altcha
import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.cases import loop_settings
from chuangwen.intake.learning import proposing
from chuangwen.kernel import clock, office_calendar

TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=clock.LOCAL)
PLACE = (21.662, 110.919)


@pytest.fixture(autouse=True)
def _nothing_kept():
    for forget in (loop_settings.forget, office_calendar.forget, proposing._kept.clear):
        forget()
    yield
    for forget in (loop_settings.forget, office_calendar.forget, proposing._kept.clear):
        forget()


@pytest.fixture
def tuesday():
    """It is nine o'clock on Tuesday, 17 November 2026."""
    with clock.at(TUESDAY):
        yield TUESDAY


@pytest.fixture
def ground(town):
    """The town, its first site on the ground, its first community with an outline around it."""
    site, community = town.sites[0], town.communities[0]
    lat, lon = PLACE
    type(site).objects.filter(pk=site.pk).update(lat=lat, lon=lon, given_lat=lat, given_lon=lon, division=community)
    ring = [
        [lon - 0.01, lat - 0.01],
        [lon + 0.01, lat - 0.01],
        [lon + 0.01, lat + 0.01],
        [lon - 0.01, lat + 0.01],
        [lon - 0.01, lat - 0.01],
    ]
    community.outline = {"type": "Polygon", "coordinates": [ring]}
    community.save()
    site.refresh_from_db()
    return town


def solved(client: Client) -> str:
    """A solution of a fresh challenge, as the page's script sends it."""
    challenge = client.get(reverse("intake:challenge")).json()
    made = altcha.ChallengeV1(
        challenge["algorithm"], challenge["challenge"], challenge["maxNumber"], challenge["salt"], challenge["signature"]
    )
    found = altcha.solve_challenge_v1(made)
    assert found is not None
    return altcha.PayloadV1(made.algorithm, made.challenge, found.number, made.salt, made.signature).to_base64()
