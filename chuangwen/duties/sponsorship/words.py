"""What the arithmetic says, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chuangwen.duties.sponsorship.arithmetic.clashing import Clash
from chuangwen.duties.sponsorship.arithmetic.explaining import Why
from chuangwen.duties.sponsorship.arithmetic.problem import Problem
from chuangwen.duties.sponsorship.gathering import Question
from chuangwen.duties.sponsorship.models import PlanSponsor, SponsorshipPlan
from chuangwen.web import formatting

TONES = {"draft": "quiet", "solved": "wait", "adjusted": "wait", "signed": "ok", "running": "ok", "ended": "quiet"}
KIND_TONES = {PlanSponsor.Kind.LEADER: "accent", PlanSponsor.Kind.DEPARTMENT: "ok", PlanSponsor.Kind.OFFICE: "wait"}
NAMED = 6


def points(value: float | None, digits: int = 1) -> str:
    """Points as people read them: 12.4; nought without a sign."""
    return formatting.EMPTY if value is None else formatting.number(round(value, digits) + 0.0, digits)


def cost(value: float) -> str:
    """What a change costs: +3.2 分, −1.0 分."""
    rounded = round(value, 1) + 0.0
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return _("%(points)s points") % {"points": f"{sign}{formatting.number(abs(rounded), 1)}"}


def names(rows: Iterable[Any]) -> str:
    """The first few by name, and how many more."""
    listed = [str(row) for row in rows]
    shown = "、".join(listed[:NAMED])
    more = len(listed) - NAMED
    return shown if more <= 0 else _("%(names)s and %(more)d more") % {"names": shown, "more": more}


def quality(plan: SponsorshipPlan) -> str:
    """Whether it is the best, or how far from it at most."""
    gap = plan.gap
    if gap is None:
        return ""
    if gap == 0:
        return _("proven to be the best plan")
    return _("at most %(gap)s above the best possible") % {"gap": formatting.percent(gap, 1)}


# -- what makes it impossible ----------------------------------------------------------------------------------------------------


def clash(question: Question, found: Clash) -> str:
    """A contradiction in a sentence that says what to change."""
    sponsors, places = [question.sponsors[i] for i in found.sponsors], [question.places[j] for j in found.places]
    facts = {"sponsor": names(sponsors), "place": names(places), "wanted": found.wanted, "there": found.there}
    if found.kind is not None:
        facts["kind"] = str(PlanSponsor.Kind(found.kind).label)
    if found.rule == "together":
        return _together(question, found)
    return SENTENCES[found.rule]() % facts + (_barred(found.forbidden) if found.forbidden else "")


SENTENCES = {
    "both_fixed_and_forbidden": lambda: _("%(sponsor)s and %(place)s: the pair is wished for and forbidden at the same time."),
    "fixed_over_capacity": lambda: _("%(sponsor)s: %(wanted)d pairs are wished for, and it can take %(there)d."),
    "fixed_over_most": lambda: _("%(place)s: %(wanted)d sponsors are wished for, and it may have %(there)d."),
    "least_over_most": lambda: _("%(place)s: at least %(wanted)d sponsors are asked for, and at most %(there)d."),
    "least_over_capacity": lambda: _("%(sponsor)s: at least %(wanted)d places are asked for, and it can take %(there)d."),
    "kinds_over_most": lambda: _("%(place)s: %(wanted)d sponsors of the kinds that every place has, and it may have %(there)d."),
    "few_candidates": lambda: _("%(place)s: at least %(wanted)d sponsors are asked for, and %(there)d are left."),
    "few_of_kind": lambda: _("All places together ask for %(wanted)d of the kind “%(kind)s”, and these can take %(there)d."),
    "few_slots": lambda: _("All places together ask for at least %(wanted)d sponsors, and all sponsors together can take %(there)d places."),
    "few_openings": lambda: _("All sponsors together have to take %(wanted)d places, and all places together may have %(there)d sponsors."),
}


def _barred(count: int) -> str:
    return ngettext(" %(count)d forbidden pair stands in the way.", " %(count)d forbidden pairs stand in the way.", count) % {"count": count}


def _together(question: Question, found: Clash) -> str:
    """A smallest set of rules, said as: these places ask for so many, and only these sponsors can go there."""
    parts = [_row(question, rule, at) for rule, at in found.rows]
    listed = "；".join(parts[:10])
    if len(parts) > 10:
        listed += _(" and %(more)d more") % {"more": len(parts) - 10}
    return _("These cannot be kept together: %(rules)s.") % {"rules": listed} + (_barred(found.forbidden) if found.forbidden else "")


def _row(question: Question, rule: str, at: int) -> str:
    problem = question.problem
    if rule == "least":
        return _("%(name)s at least %(count)d places") % {"name": question.sponsors[at], "count": problem.least[at]}
    if rule == "capacity":
        return _("%(name)s at most %(count)d places") % {"name": question.sponsors[at], "count": problem.capacity[at]}
    place = question.places[at]
    if rule == "place_least":
        return _("%(name)s at least %(count)d sponsors") % {"name": place, "count": problem.place_least[at]}
    if rule == "place_most":
        return _("%(name)s at most %(count)d sponsors") % {"name": place, "count": problem.place_most[at]}
    return _("%(name)s at least %(count)d of the kind “%(kind)s”") % {
        "name": place, "count": problem.rules.at_least[KINDS[rule]], "kind": PlanSponsor.Kind(KINDS[rule]).label
    }  # fmt: skip


KINDS = {"leader": 0, "department": 1, "office": 2}


def broken(question: Question, rule: str, at: int) -> str:
    """A binding rule that a change by hand would break."""
    if rule in ("fixed", "forbidden"):
        word = _("%(name)s: a pair that is wished for would go") if rule == "fixed" else _("%(name)s: the pair is forbidden")
        return word % {"name": question.sponsors[at]}
    return _row(question, rule, at)


# -- why a pair is so ------------------------------------------------------------------------------------------------------------


def why(problem: Problem, found: Why, kind: int) -> list[str]:
    """What speaks for a pair, and against it, the principle first."""
    said = []
    if found.fixed:
        said.append(_("It is wished for, and was not up for choice."))
    if kind == PlanSponsor.Kind.LEADER:
        if found.in_charge:
            said.append(_("The leader is in charge of this place."))
        elif found.elsewhere:
            said.append(_("The leader is not in charge of this place: %(points)s points.") % {"points": points(problem.rules.charge)})
        else:
            said.append(_("Nobody is in charge of this place; a leader without places of their own takes it."))
    if found.kilometres is not None and problem.rules.near[kind] > 0:
        said.append(_way(found))
    if found.strength > 0:
        said.append(
            _("It brings strength %(strength)s: the place has %(share)s of its due, without it %(without)s.")
            % {
                "strength": points(found.strength), "share": formatting.percent(found.share, 0),
                "without": formatting.percent(max(found.without, 0), 0),
            }
        )  # fmt: skip
    if problem.running is not None:
        said.append(_("The pair stands in the plan in force.") if found.running else _("The pair is new; the plan in force does not have it."))
    return said


def next_best(exact: float | None, fixed: bool, single: float | None) -> str:
    """What the best plan without a pair would cost: ``exact`` where that was solved, else at most the best ``single`` change (points)."""
    if exact is not None:
        return _("The best plan without this pair costs %(cost)s.") % {"cost": cost(exact)}
    if fixed:
        return _("The pair is wished for; there is no plan without it.")
    if single is not None:
        return _("A plan without this pair costs at most %(cost)s: the best single change.") % {"cost": cost(single)}
    return _("No single change moves this pair without breaking a rule.")


def _way(found: Why) -> str:
    facts = {"km": formatting.number(round(found.kilometres or 0.0, 1), 1), "count": found.nearer}
    if found.nearer == 0:
        return _("%(km)s km away: no other place is nearer.") % facts
    return ngettext("%(km)s km away: %(count)d place is nearer.", "%(km)s km away: %(count)d places are nearer.", found.nearer) % facts
