"""The credits of the demonstration: filled by the actions, they agree to the last credit and show every state."""

from types import SimpleNamespace

from chuangwen.demo.filling.volunteers_credits import fill_volunteers_credits
from chuangwen.kernel import clock
from chuangwen.volunteers.credits import checking
from chuangwen.volunteers.credits.models import CreditAccount, CreditReward, CreditVoucher


def test_the_demonstration_has_holders_of_each_kind_and_a_ledger_that_agrees(town):
    keys = SimpleNamespace(
        data=SimpleNamespace(today=clock.today()), now=clock.now(), accounts=town.accounts, street=town.street,
        divisions={row.code: row for row in (town.street, *town.communities)},
    )  # fmt: skip
    made = fill_volunteers_credits(keys)
    kinds = set(CreditAccount.objects.filter(kind__in=CreditAccount.HOLDERS).values_list("kind", flat=True))
    assert kinds == {"volunteer", "household", "shop"} and made["credit_holders"] >= 50
    assert CreditReward.objects.count() == 8
    assert {"used", "open", "expired"} <= set(CreditVoucher.objects.values_list("state", flat=True))
    assert not CreditVoucher.objects.filter(generated=False).exists(), "everything is marked as generated"
    found = checking.check()
    assert found.differences == [] and found.programmes[0].redeemed > 0
