"""A round under way for the browser tests: run as a program in the data folder of a filled demonstration town.

python -m chuangwen.phone.tests.ground begin NAME COUNT [USER]     a round with one team and COUNT places today; prints its id
python -m chuangwen.phone.tests.ground stored ROUND                what of it was stored, as JSON
python -m chuangwen.phone.tests.ground wipe USER                   ask for all phones of the account to be wiped
python -m chuangwen.phone.tests.ground close ROUND                 the round ends
python -m chuangwen.phone.tests.ground take-off ROUND SITE         a place is taken off the round
python -m chuangwen.phone.tests.ground sign-out USER               the tokens of the account's phones end
python -m chuangwen.phone.tests.ground reword ITEM TEXT            a criterion of a checklist is worded anew
python -m chuangwen.phone.tests.ground answer                      all of these, one a line of the input: ["begin", "NAME", "4"]
"""

import json
import os
import sys
import traceback
from datetime import time, timedelta
from decimal import Decimal

import django


def begin(name: str, count: str, user: str = "inspector") -> dict:
    from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam, TeamMember
    from chuangwen.kernel import clock
    from chuangwen.kernel.chinese import pinyin_initials
    from chuangwen.people.models import Account
    from chuangwen.places.models import Division, Site
    from chuangwen.standards.models import ChecklistItem, Edition

    today = clock.today()
    account = Account.objects.get(username=user)
    edition = Edition.objects.get(
        pk=ChecklistItem.objects.values_list("criterion__requirement__indicator__section__edition")[0][0]
    )
    town = Division.objects.filter(level=Division.Level.TOWN).order_by("path").first()
    Round.objects.filter(state="running").update(state="closed")
    made = Round.objects.create(
        name=name, kind="weekly", state="running", edition=edition, division=town, starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=5), generated=True,
    )  # fmt: skip
    team = RoundTeam.objects.create(
        round=made, name="一组", starts_at=time(8), ends_at=time(18), transport="bicycle", speed_kmh=Decimal("12")
    )
    TeamMember.objects.create(team=team, account=account)
    busy = RoundSite.objects.filter(round__state="running").values("site")
    sites = Site.objects.filter(active=True, lat__isnull=False, type__checklist__isnull=False).exclude(pk__in=busy).distinct()
    kinds: dict[int, int] = {}
    chosen = []
    for site in sites.order_by("code"):
        if kinds.get(site.type_id, 0) * 8 <= len(chosen):
            kinds[site.type_id] = kinds.get(site.type_id, 0) + 1
            chosen.append(site)
        if len(chosen) == int(count):
            break
    RoundSite.objects.bulk_create(
        RoundSite(
            round=made, site=site, team=team, day=today, position=place, arrive_at=time(8 + place // 4 % 12, place % 4 * 15),
            purpose="drawn",
        )
        for place, site in enumerate(chosen, 1)
    )  # fmt: skip
    return {
        "round": made.pk,
        "sites": [site.pk for site in chosen],
        "names": [site.name for site in chosen],
        "codes": [site.code for site in chosen],
        "initials": [pinyin_initials(site.name) for site in chosen],
    }


def stored(round_id: str) -> dict:
    from chuangwen.fieldwork.models import Observation, ObservationPhoto, RoundSite, Visit
    from chuangwen.kernel import clock
    from chuangwen.phone.models import Entry

    visits = Visit.objects.filter(round=round_id)
    observations = Observation.objects.filter(round=round_id)
    return {
        "visits": visits.count(),
        "sites": sorted(visits.values_list("site", flat=True)),
        "observations": observations.count(),
        "findings": [
            {"grade": o.grade, "conform": o.conform, "defects": o.defects, "loss": str(o.loss) if o.loss is not None else None, "note": o.note,
             "severity": o.severity}
            for o in observations.exclude(note="").order_by("pk")
        ],
        "photos": ObservationPhoto.objects.filter(observation__round=round_id).count(),
        "skipped": list(RoundSite.objects.filter(round=round_id, skipped_at__isnull=False).values_list("skipped_reason", flat=True)),
        "done": RoundSite.objects.filter(round=round_id, done_at__isnull=False).count(),
        "entries": Entry.objects.count(),
        "ages": [(clock.now() - at).total_seconds() for at in visits.values_list("at", flat=True)],
    }  # fmt: skip


def wipe(user: str) -> dict:
    from chuangwen.people.actors import actor_of
    from chuangwen.people.models import Account
    from chuangwen.phone import actions
    from chuangwen.phone.models import Device

    account = Account.objects.get(username=user)
    found = list(Device.objects.filter(account=account, wipe_asked_at__isnull=True))
    for device in found:
        actions.ask_wipe(actor_of(account), device_id=device.pk)
    return {"asked": len(found)}


def wiped(user: str) -> dict:
    from chuangwen.phone.models import Device

    return {"wiped": Device.objects.filter(account__username=user, wiped_at__isnull=False).count()}


def close(round_id: str) -> dict:
    from chuangwen.fieldwork.models import Round

    return {"closed": Round.objects.filter(pk=round_id).update(state="closed")}


def take_off(round_id: str, site: str) -> dict:
    from chuangwen.fieldwork.models import RoundSite

    return {"gone": RoundSite.objects.filter(round=round_id, site=site).delete()[0]}


def sign_out(user: str) -> dict:
    from chuangwen.phone.models import Device

    return {"out": Device.objects.filter(account__username=user).update(token_hash=None)}


def reword(item: str, text: str) -> dict:
    from chuangwen.standards.models import ChecklistItem

    row = ChecklistItem.objects.get(pk=item)
    row.template, row.text = "", text
    row.save()
    return {"item": row.pk}


VERBS = {f.__name__.replace("_", "-"): f for f in (begin, stored, wipe, wiped, close, take_off, sign_out, reword)}


def answer() -> None:
    """Each line of the input is a list of words; the answer is a line ``{"done": …}`` or ``{"wrong": …}``. Ends with the input."""
    from django.db import connections

    for line in sys.stdin:
        verb, *words = json.loads(line)
        try:
            told = {"done": VERBS[verb](*words)}
        except Exception:
            told = {"wrong": traceback.format_exc()}
        connections.close_all()  # the server writes to the same file
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")
    django.setup()
    if sys.argv[1:] == ["answer"]:
        answer()
    else:
        print(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:])))
