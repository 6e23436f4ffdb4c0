"""The rhythm: the next contest is proposed as a draft out of the last, its jury asked again, and who holds it is told. Once for each."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import register
from chuangwen.people.models import Post
from chuangwen.volunteers.contest import rules
from chuangwen.volunteers.contest.actions.living import Said, plan_contest
from chuangwen.volunteers.contest.models import Contest, Juror

PROPOSED = register("volunteers.contest_proposed", gettext_lazy("the next project contest was drafted"))
JURY = register("volunteers.contest_jury", gettext_lazy("one is asked to judge a project contest again"))
_SUFFIX = re.compile(r"\s*[（(][^（）()]*\d{4}[^（）()]*[）)]$")


def propose_next() -> int:
    """Draft what is due by the rhythm, each in a transaction of its own; how many. Run again it drafts nothing more: a contest is followed once,
    and only the newest of a place, a unit and a rhythm, so that what somebody planned by hand is the next one."""
    newest: dict[tuple[int, int, str], tuple[int, str]] = {}
    rows = Contest.objects.filter(rhythm__in=rules.MONTHS, unit__ends_on__isnull=True).order_by("starts_on", "pk")
    for pk, division, unit, rhythm, state in rows.values_list("pk", "division", "unit", "rhythm", "state"):
        newest[division, unit, rhythm] = (pk, state)
    return sum(_propose(pk) for pk, state in newest.values() if state in rules.HELD)


def _propose(pk: int) -> bool:
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        last = Contest.objects.select_for_update(of=("self",)).select_related("division", "unit").get(pk=pk)
        days = rules.next_days(last.starts_on, last.entries_until, last.judged_until, rhythm=last.rhythm, today=clock.today())
        if days is None or last.state not in rules.HELD or Contest.objects.filter(follows=last).exists():
            return False
        said = {name: getattr(last, name) for name in Said.__dataclass_fields__}
        said |= dict(zip(("starts_on", "entries_until", "judged_until"), days, strict=True))
        said["title"] = _title(last, days[0].year, days[0].month)
        criteria = [(one.name, one.about, one.most) for one in last.criteria.all()]
        made = plan_contest(
            SYSTEM, division=last.division, unit=last.unit, said=said, criteria=criteria, generated=last.generated, follows=last
        )
        jury = list(last.jurors.filter(left_on__isnull=True, account__is_active=True).order_by("pk"))
        Juror.objects.bulk_create(Juror(contest=made, account_id=one.account_id, unit_id=one.unit_id) for one in jury)
        tell_many([_to_holders(made, last, len(jury)), *([_to_jury(made, jury)] if jury else [])])
    return True


def _title(last: Contest, year: int, month: int) -> str:
    """The title of the last with the new month (or year); a number behind it where the place has one of that title."""
    stem = _SUFFIX.sub("", last.title)
    told = {"year": year, "month": month}
    when = _("(%(year)d)") % told if last.rhythm == Contest.Rhythm.YEARLY else _("(%(month)d/%(year)d)") % told
    title, number = f"{stem[: 100 - len(when)]}{when}", 2
    while Contest.objects.filter(division=last.division, title=title).exists():
        title, number = f"{stem[: 96 - len(when)]}{number}{when}", number + 1
    return title


def _to_holders(made: Contest, last: Contest, jurors: int) -> Message:
    """To the clerks of the unit that holds it; where it has none, to those of the place."""
    there = Post.objects.filter(recipients.in_force(), Q(unit=made.unit_id), role__code="clerk").values_list("person__account", flat=True)
    text = _(
        "Projects from %(first)s to %(until)s, jury until %(judged)s; %(n)d jurors of “%(last)s” are asked again. Look it over and call it."
    )
    return Message(
        key=f"volunteers.contest_proposed:{last.pk}", kind=PROPOSED, title=_("Drafted: “%(contest)s”") % {"contest": made.title},
        accounts=frozenset(there) or frozenset(recipients.of_role("clerk", made.division)), link=made.get_absolute_url(),
        text=text % {
            "first": made.starts_on, "until": made.entries_until, "judged": made.judged_until, "n": jurors, "last": last.title,
        },
        about=f"volunteers.contest:{made.pk}",
    )  # fmt: skip


def _to_jury(made: Contest, jury: list[Juror]) -> Message:
    text = _("You judged the last one. The jury works until %(day)s; if you cannot, tell %(unit)s.")
    return Message(
        key=f"volunteers.contest_jury:{made.pk}", kind=JURY, title=_("Will you judge “%(contest)s”?") % {"contest": made.title},
        accounts=frozenset(one.account_id for one in jury), link=reverse("volunteers:contest-mine"),
        text=text % {"day": made.judged_until, "unit": made.unit}, about=f"volunteers.contest:{made.pk}",
    )  # fmt: skip
