"""What runs in a process of its own and is killed.  python -m chuangwen.volunteers.credits.tests.killed redeem|look SEED

Writes one line before it begins each step and one after what it was told is done: what stands after ``done`` must be there. ``look`` prints
what a killed process left, as JSON.
"""

import json
import os
import random
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.config.settings")
NAME = "生存街道"


def say(*words: object) -> None:
    print(*words, flush=True)


def prepare():
    """The programme, its rule and reward, a place and a household: found, or made."""
    from chuangwen.kernel.access import SYSTEM
    from chuangwen.places.models import Division
    from chuangwen.volunteers.credits import actions
    from chuangwen.volunteers.credits.models import CreditPlace, CreditProgramme, CreditReward, CreditRule

    street = Division.objects.filter(name=NAME).first() or Division.add_root(code=None, name=NAME, level=4)
    programme = CreditProgramme.objects.filter(division=street).first() or actions.open_credits(SYSTEM, division=street, name=NAME)
    rule = CreditRule.objects.get(programme=programme)
    reward = CreditReward.objects.filter(programme=programme).first() or actions.save_reward(
        SYSTEM, programme_id=programme.pk, kind="ride", name="乘车", cost=5, pieces=100_000
    )
    place = CreditPlace.objects.filter(programme=programme).first() or actions.save_credit_place(
        SYSTEM, programme_id=programme.pk, name="超市", division=street
    )
    return rule, reward, place, actions.enter_household(SYSTEM, division=street, name="1号")


def redeem(seed: int) -> None:
    from django.db import transaction
    from django.db.models import Q

    from chuangwen.kernel.access import SYSTEM
    from chuangwen.volunteers.credits import actions, book

    rule, reward, place, household = prepare()
    chance = random.Random(seed)
    say("ready")
    for number in range(10_000):
        cause = f"survival:{seed}:{number}"
        say("begin", "earn", cause)
        with transaction.atomic():
            account = book.holder(Q(pk=household.pk))
            assert account is not None
            earned = book.earn(account, cause, 7, "生存", rule)
        say("done", "earn", cause)
        account.refresh_from_db()
        if account.balance < 5:
            continue
        say("begin", "redeem", number)
        voucher = actions.redeem_for(SYSTEM, credit_account_id=household.pk, reward_id=reward.pk)
        say("done", "redeem", voucher.pk)
        what = chance.choice(("use", "cancel", "strike", "leave"))
        if what == "use":
            actions.use_voucher(SYSTEM, code=voucher.code, credit_place_id=place.pk)
            say("done", "use", voucher.pk)
        elif what == "cancel":
            actions.cancel_voucher(SYSTEM, voucher_id=voucher.pk, reason="生存")
        elif what == "strike" and earned is not None:
            with transaction.atomic():
                account = book.holder(Q(pk=household.pk))
                assert account is not None
                book.strike(account, earned, "生存")


def look() -> None:
    from django.utils import translation

    from chuangwen.kernel.audit import broken_links
    from chuangwen.volunteers.credits import checking
    from chuangwen.volunteers.credits.models import CreditEntry, CreditVoucher

    translation.activate("zh-hans")
    found = checking.check()
    say(json.dumps({
        "differences": found.differences, "causes": list(CreditEntry.objects.values_list("cause", flat=True)),
        "vouchers": dict(CreditVoucher.objects.values_list("pk", "state")), "broken": [str(one.reason) for one in broken_links()],
    }))  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "look":
        look()
    else:
        redeem(int(sys.argv[2]))
