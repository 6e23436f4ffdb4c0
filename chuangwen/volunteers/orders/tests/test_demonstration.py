"""The orders of the demonstration, in a small town."""

from types import SimpleNamespace

from chuangwen.demo.filling.volunteers_orders import ORDERS, fill_volunteers_orders
from chuangwen.kernel import clock
from chuangwen.ledger.install import install_metrics
from chuangwen.ledger.models import Fact
from chuangwen.volunteers.orders import states
from chuangwen.volunteers.orders.models import OrderCallback, OrderPlan, ServiceItem, ServiceOrder
from chuangwen.volunteers.presence.models import Presence


def test_there_are_orders_in_all_states_and_all_are_marked_as_generated(town):
    now = clock.now()
    keys = SimpleNamespace(
        data=SimpleNamespace(today=clock.today()), now=now, accounts=town.accounts, roles=town.roles, units=town.units,
        divisions={division.code: division for division in town.communities}, street=town.street,
    )  # fmt: skip
    install_metrics()
    made = fill_volunteers_orders(keys)
    assert made == {"service_orders": ORDERS, "order_plans": 1}
    plan = OrderPlan.objects.get()
    assert plan.state == "ready" and plan.orders == plan.rows.count() > 3 and plan.points == plan.bound
    chosen = ServiceOrder.objects.filter(wished__isnull=False)
    assert chosen and all(order.wished.offers.filter(item=order.item).exists() for order in chosen)
    assert set(ServiceOrder.objects.values_list("state", flat=True)) == set(states.STATES)
    assert not ServiceOrder.objects.filter(generated=False).exists() and not Fact.objects.filter(generated=False).exists()
    assert Fact.objects.count() == ServiceOrder.objects.filter(state__in=states.SERVED).count() > 20
    assert ServiceItem.objects.count() == 64
    served = ServiceOrder.objects.filter(state__in=states.SERVED)
    assert served.filter(rating__gte=1).count() > 20
    assert set(served.values_list("pk", flat=True)) == set(Presence.objects.values_list("source_id", flat=True)), "none served without presence"
    met = served.filter(kind="wish", state="done")
    assert met.count() > 3 and all(order.rating == 5 and order.rating_words and order.result for order in met), "wishes are thanked for"
    called = OrderCallback.objects.exclude(result="")
    assert called and OrderCallback.objects.filter(result="").count() >= 2, "most were called, the newest wait"
    assert all(row.called_at < now and row.called_at.weekday() < 5 for row in called)
