"""How the practice centres did: the last two months by the points of activities, tasks and information, each carried to its publication. Nothing
is entered for it: everything is read from what the centres recorded, which is generated. Hours, volunteers and teams are counted for the ledger
as the jobs of the room count them."""

from __future__ import annotations

from dataclasses import replace

from chuangwen.demo.filling.appraisals import to_the_end
from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.ledger.models import Fact
from chuangwen.people.actors import actor_of
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalScheme
from chuangwen.scoring.appraisal.periods import span_of
from chuangwen.volunteers.centres.install import SCHEME
from chuangwen.volunteers.corps.counting import count_corps
from chuangwen.volunteers.hours.counting import count_hours


def fill_volunteers_results(keys: Keys) -> dict[str, int]:
    """Appraisals of the centres. How many appraisals there are in all."""
    clerk, leader = (replace(actor_of(keys.accounts[role]), channel="command") for role in ("clerk", "leader"))
    scheme = AppraisalScheme.objects.filter(name=SCHEME["name"]).latest("version")
    month = span_of("month", keys.data.today).before
    for span in (month.before, month):
        to_the_end(keys, clerk, leader, scheme, span)
    with clock.at(keys.now):
        count_corps()
        told = count_hours()
    Fact.objects.filter(generated=False).update(generated=True)  # what the room counted is made of generated records
    return {"appraisals": Appraisal.objects.count(), "days_of_hours": told["entered"]}
