"""The leader's page, the map and the big screen at any number of cases: queries, p50, p95, bytes."""

from datetime import timedelta
from typing import Any

from chuangwen.commands.benches.web import connected, signed_in, timed

SIZES = (10_000, 100_000)


def measure(cases: int, repeat: int = 20) -> dict[str, Any]:
    """A ground of its own with so many cases; each page as a signed-in clerk."""
    from django.conf import settings
    from django.db import connections

    from chuangwen.commands.benches.ground import fill, ground

    with ground() as on:
        connected(on)
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        fill(cases)
        client = signed_in()
        figures = {name: timed(client, name, address, repeat) for name, address in addresses().items()}
        connections.close_all()
        return {"cases": cases, "database": on.engine, "pages": figures}


def addresses() -> dict[str, str]:
    """What is measured, by a name that people read."""
    from django.urls import reverse

    from chuangwen.kernel import clock

    squares = f"{reverse('map-squares')}?box=110.85,21.55,110.95,21.70&zoom=13"
    past = clock.today() - timedelta(days=180)
    return {
        "leader's page": reverse("leader"),
        "map": reverse("map"),
        "map, half a year ago": f"{reverse('map')}?day={past}",
        "squares, today": squares,
        "squares, half a year ago": f"{squares}&day={past}",
        "heat, 30 days": f"{squares}&layer=heat&period=30",
        "heat, 12 months": f"{squares}&layer=heat&period=365",
        "sites": f"{reverse('map-sites')}?box=110.85,21.55,110.95,21.70",
        "big screen": reverse("wall-part"),
    }
