"""A town with cases of a past month, for the tests of appraisals."""

from datetime import date, datetime, time, timedelta
from itertools import count

from chuangwen.cases.models import Case, Source, State
from chuangwen.kernel import clock
from chuangwen.people.models import Unit
from chuangwen.scoring.appraisal import actions
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalScheme
from chuangwen.scoring.appraisal.periods import Span, span_of
from chuangwen.testing.factories import Town, make_account, make_unit

MONTH = span_of("month", date(2026, 10, 14))
LATER = datetime(2026, 11, 4, 10, 0, tzinfo=clock.LOCAL)
_serial = count(1)
RATE = {
    "kind": "case_rate",
    "key": "in_time",
    "name": "按期结案率",
    "rate": "closed_in_time",
    "weight": "100",
}
BODY = {
    "schema": 1, "name": "试行办法", "version": "1", "period": "month", "measures": [RATE],
    "lists": {"red": {"top": 1}, "black": {"last": 1}},
    "consequences": [{"list": "black", "times": 1, "within": 1, "step": "talk", "words": "约谈"}],
    "rollups": [{"period": "quarter", "method": "mean"}],
    "groups": [{"name": "各单位", "kinds": ["社区", "成员单位", "街道（乡镇）"]}],
}  # fmt: skip


def make_scheme(name: str = "试行办法", **more) -> AppraisalScheme:
    body = actions.checked(BODY | {"name": name} | more)
    return AppraisalScheme.objects.create(name=name, period=body["period"], body=body, created_at=clock.now())


def make_case(unit: Unit, *, day: date = date(2026, 10, 14), in_time: bool = True, **more) -> Case:
    moment = datetime.combine(day, time(9), clock.LOCAL)
    return Case.objects.create(**({
        "number": f"T-{next(_serial)}", "state": State.CLOSED, "source": Source.PATROL, "description": "墙上有小广告", "lead_unit": unit,
        "handling_unit": unit, "division": unit.division, "reported_at": moment, "filed_at": moment, "dispatched_at": moment,
        "due_at": moment + timedelta(hours=5), "submitted_at": moment + timedelta(hours=4 if in_time else 9),
        "closed_at": moment + timedelta(hours=10), "in_time": in_time,
    } | more))  # fmt: skip


class Ground:
    """``clerk`` computes, ``second`` checks, ``leader`` signs, ``liaison`` is of the department that did worst."""

    def __init__(self, town: Town):
        self.town = town
        self.clerk, self.leader = town.actors["clerk"], town.actors["leader"]
        self.liaison = town.actors["liaison"]
        self.unit = town.units["department"]
        self.scheme = make_scheme()
        for unit, good in ((town.units["community"], 8), (town.units["community2"], 6), (self.unit, 2)):
            for number in range(8):
                make_case(unit, in_time=number < good)

    def computed(self, span: Span = MONTH, **more) -> Appraisal:
        return actions.compute_appraisal(self.clerk, scheme=self.scheme, division=self.town.street, span=span, **more)

    def opened(self, appraisal: Appraisal | None = None) -> Appraisal:
        appraisal = appraisal or self.computed()
        actions.check_appraisal(self.leader, appraisal_id=appraisal.pk)
        return actions.open_appraisal(self.clerk, appraisal_id=appraisal.pk)

    def signed(self, appraisal: Appraisal | None = None) -> Appraisal:
        appraisal = self.opened(appraisal)
        with clock.at(appraisal.objections_until + timedelta(minutes=1)):
            actions.settle_appraisal(self.clerk, appraisal_id=appraisal.pk)
            return actions.sign_appraisal(self.leader, appraisal_id=appraisal.pk)


__all__ = ["BODY", "LATER", "MONTH", "RATE", "Ground", "make_account", "make_case", "make_scheme", "make_unit"]
