"""A round with teams on the ground, and the phones of their members: what the tests of the phone's part stand on."""

import json
import uuid
from datetime import time, timedelta
from typing import Any

from django.test import Client

from chuangwen.evidence import actions as evidence
from chuangwen.evidence.models import Photo
from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam, TeamMember
from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Account
from chuangwen.phone import actions as phones
from chuangwen.standards.models import ChecklistItem, Criterion
from chuangwen.testing import factories
from chuangwen.testing.factories import Town
from chuangwen.testing.pictures import jpeg


class Ground:
    """A round under way in the town: two teams of one inspector each, every site drawn, a checklist for each type of site.

    Of each checklist the first item is graded, the second pass or fail, the third loses points.
    """

    def __init__(self, town: Town):
        self.town = town
        for criterion, grading in zip(town.criteria, Criterion.Grading.values, strict=False):
            Criterion.objects.filter(pk=criterion.pk).update(grading=grading)
        self.items = {
            type.pk: [
                ChecklistItem.objects.create(
                    site_type=type, criterion=criterion, text=f"{type.name}{criterion.text}", order=order
                )
                for order, criterion in enumerate(town.criteria)
            ]
            for type in town.types.values()
        }
        self.round = self.make_round("月度检查")
        self.first, self.second = self.make_team(self.round, "一组"), self.make_team(self.round, "二组")
        self.inspector = town.accounts["inspector"]
        other = factories.make_account("inspector2", town.roles["inspector"], town.units["office"])
        self.join(self.first, self.inspector)
        self.join(self.second, other)
        self.other = other
        self.places = [self.draw(site, self.round, self.first, number) for number, site in enumerate(town.sites, 1)]
        self.site, self.place = town.sites[0], self.places[0]

    def make_round(self, name: str, **more: Any) -> Round:
        facts = {"edition": self.town.edition, "division": self.town.street, "state": Round.State.RUNNING}
        today = clock.today()
        days = {"starts_on": today - timedelta(days=3), "ends_on": today + timedelta(days=3)}
        return Round.objects.create(name=name, **(facts | days | more))

    def make_team(self, round: Round, name: str) -> RoundTeam:
        return RoundTeam.objects.create(round=round, name=name, starts_at=time(8), ends_at=time(17))

    def join(self, team: RoundTeam, account: Account) -> None:
        TeamMember.objects.create(team=team, account=account)

    def draw(self, site: Any, round: Round, team: RoundTeam | None = None, position: int | None = None, **more: Any) -> RoundSite:
        return RoundSite.objects.create(
            round=round, site=site, team=team, day=clock.today() if team else None, position=position, **more
        )

    def phone(self, account: Account | None = None) -> "Phone":
        return Phone(account or self.inspector)

    def photo(self, account: Account | None = None, seed: int = 1) -> Photo:
        return evidence.take_in(actor_of(account or self.inspector), jpeg(seed), uid=uuid.uuid4())


class Phone:
    """A phone in the hand of a member of a team: it takes the package along and sends entries."""

    def __init__(self, account: Account):
        self.account = account
        self.device, self.token = phones.sign_in_device(actor_of(account), name="手机")
        self.client = Client()
        self.header = {"Authorization": f"Bearer {self.token}"}
        self.package: dict[str, Any] = {}
        self.etags: dict[str, str] = {}

    def get(self, path: str):
        return self.client.get(f"/phone/api/{path}", headers=self.header)

    def refresh(self) -> "Phone":
        for name, facts in self.get("bundle").json()["sections"].items():
            answer = self.get(f"bundle/{name}")
            self.package[name], self.etags[name] = answer.json(), facts["etag"]
        return self

    def stop(self, site: Any) -> dict[str, Any]:
        return next(stop for stop in self.package["fieldwork.rounds"]["stops"] if stop["site"] == site.pk)

    def lists(self, site: Any, editions: set[int] | None = None) -> list[dict[str, Any]]:
        fitting = [one for one in self.package["standards.checklists"]["lists"] if one["type"] in (site.type_id, None)]
        return [one for one in fitting if editions is None or one["edition"] in editions]

    def visit(self, site: Any, items: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
        """An entry about a site of the package; ``items`` as the phone writes them."""
        stop = self.stop(site)
        data = {
            "round_sites": stop["round_sites"],
            "site": site.pk,
            "rounds": stop["rounds"],
            "checklists": [one["etag"] for one in self.lists(site)],
            "all_conform": items is None,
            "items": items or [],
            "note": "",
            "finished": True,
        }
        photos = more.pop("photos", [])
        choice = more.pop("choice", None)
        made_at = more.pop("made_at", clock.now().isoformat())
        message = {"uid": str(uuid.uuid4()), "kind": "fieldwork.visit", "made_at": made_at, "sent_at": clock.now().isoformat()}
        message |= {"based_on": self.etags, "photos": photos, "data": data | more}
        return message | ({"choice": choice} if choice else {})

    def send(self, message: dict[str, Any] | bytes):
        body = message if isinstance(message, bytes) else json.dumps(message)
        return self.client.post("/phone/api/entries", body, content_type="application/json", headers=self.header)


def line(item: ChecklistItem, **result: Any) -> dict[str, Any]:
    """One finding as the phone writes it."""
    return {"item": item.pk, "criterion": item.criterion_id, "photos": []} | result
