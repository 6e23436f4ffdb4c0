"""Drawing: the sites of a round, and at its end the places that another team rates again."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from chuangwen.fieldwork import blind, drawing, framing
from chuangwen.fieldwork.actions.places import merge_places
from chuangwen.fieldwork.actions.planning import plannable
from chuangwen.fieldwork.models import Draw, Round, RoundSite, RoundTeam
from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.places.models import Site

STEP = Decimal("0.00000001")


def draw_sites(actor: Actor, *, round_id: int, seed: str, reason: str = "", frame_key: str = "") -> Draw:
    """Draw the sites of a round by its quotas. An earlier draw gives way and stays on record; sites added by hand stay.

    ``frame_key`` is what was shown or announced: where the inputs are others by now, nothing is drawn. Raises Refusal (no quotas, no seed, no
    reason for drawing again), Conflict (closed, somebody was at a drawn place, the inputs changed).
    """
    seed = _seed(seed)
    with transaction.atomic():
        round = plannable(actor, round_id, "fieldwork.draw")
        drawn = round.site_links.filter(purpose=RoundSite.Purpose.DRAWN)
        if drawn.filter(done_at__isnull=False).exists():
            raise Conflict(_("Drawn places of this round were visited; it cannot be drawn again."), "draws.begun")
        again = round.draws.filter(procedure=drawing.DRAW).exists()
        if again and not reason.strip():
            text = _("Say why it is drawn again.")
            raise Refusal(text, "draws.no_reason", fields={"reason": text})
        quotas = list(round.quotas.select_related("site_type", "area"))
        if not quotas:
            raise Refusal(_("Say first how many sites of each type are drawn in each area."), "draws.no_quotas")
        inputs = framing.frame(round, quotas)
        key = drawing.frame_key(inputs)
        if frame_key and frame_key != key:
            raise Conflict(
                _("What is drawn from has changed since it was shown (a visit, a case, a site). Look at it again."),
                "draws.changed",
            )
        result = drawing.draw(inputs, seed)
        made = _keep(actor, round, drawing.DRAW, seed, inputs, result, reason)
        drawn.delete()
        ids = dict(Site.objects.filter(code__in=result["drawn"]).values_list("code", "pk"))
        RoundSite.objects.bulk_create(
            (
                RoundSite(
                    round=round,
                    site_id=ids[code],
                    draw=made,
                    weight=Decimal(result["sites"][code]["weight"]) / 1000,
                    inclusion=_share(result["sites"][code]["chance"]),
                )
                for code in result["drawn"]
            ),
            batch_size=500,
        )
        round.seed = seed
        round.save(update_fields=["seed"])
        merge_places(actor, round_id=round.pk)
        audit.record(
            actor,
            "fieldwork.draw",
            round,
            after={"draw": made.number, "seed": seed, "frame": key, "drawn": len(result["drawn"])},
            note=reason.strip(),
        )
    return made


def draw_reratings(actor: Actor, *, round_id: int, seed: str) -> Draw:
    """Draw the visited places that another team rates again, blind, and give each to the team with fewest of them that may go: never the one
    that was there, nor one with a member of it.

    Raises Refusal (nothing visited, no share, no other team), Conflict (not under way, drawn before).
    """
    seed = _seed(seed)
    with transaction.atomic():
        round = plannable(actor, round_id, "fieldwork.draw")
        if round.state != Round.State.RUNNING:
            raise Conflict(_("Places are rated again while the round is under way."), "reratings.not_running")
        if round.draws.filter(procedure=drawing.RERATE).exists():
            raise Conflict(_("The places that are rated again were drawn already."), "reratings.drawn")
        done = list(
            round.site_links.filter(done_at__isnull=False).exclude(purpose=RoundSite.Purpose.RERATE).select_related("site")
        )
        if not done:
            raise Refusal(_("No place of this round was visited yet."), "reratings.none")
        if not round.rerate_share:
            raise Refusal(_("By the round's particulars no share of it is rated again."), "reratings.no_share")
        inputs = drawing.in_order(
            {
                "share": f"{round.rerate_share.normalize():f}",
                "sites": [{"code": place.site.code, "name": place.site.name} for place in done],
            }
        )
        result = drawing.rerate(inputs, seed)
        made = _keep(actor, round, drawing.RERATE, seed, inputs, result, "")
        by_code = {place.site.code: place for place in done}
        teams = list(RoundTeam.objects.filter(round=round).values_list("pk", flat=True))
        load: dict[int, int] = dict.fromkeys(teams, 0)
        places = []
        for code in result["drawn"]:
            first = by_code[code]
            able = blind.may_rate_again(first, teams)
            if not able:
                raise Refusal(
                    _("No other team may rate “%(site)s” again: make one whose members were not there.") % {"site": first.site},
                    "reratings.no_team",
                )
            team = min(able, key=lambda pk: (load[pk], pk))
            load[team] += 1
            places.append(
                RoundSite(
                    round=round,
                    site=first.site,
                    purpose=RoundSite.Purpose.RERATE,
                    rerate_of=first,
                    draw=made,
                    team_id=team,
                    inclusion=(Decimal(len(result["drawn"])) / len(done)).quantize(STEP),
                )
            )
        RoundSite.objects.bulk_create(places)
        audit.record(actor, "fieldwork.draw", round, after={"rerate": len(places), "of": len(done), "seed": seed})
    return made


def _seed(text: str) -> str:
    seed = drawing.clean_seed(text)
    if not seed:
        text = _("A draw needs a seed: something public that nobody here can choose.")
        raise Refusal(text, "draws.no_seed", fields={"seed": text})
    return seed


def _share(text: str) -> Decimal:
    """A fraction as a decimal share with eight places, rounded."""
    share = Fraction(text)
    return (Decimal(share.numerator) / share.denominator).quantize(STEP)


def _keep(
    actor: Actor, round: Round, procedure: str, seed: str, inputs: dict[str, Any], result: dict[str, Any], reason: str
) -> Draw:
    number = (round.draws.aggregate(last=Max("number"))["last"] or 0) + 1
    return Draw.objects.create(
        round=round,
        number=number,
        procedure=procedure,
        seed=seed,
        drawn_at=clock.now(),
        account_id=actor.account_id,
        reason=reason.strip()[:300],
        frame_key=drawing.frame_key(inputs),
        inputs=inputs,
        result=result,
    )
