"""The verbs of orders. Residents need no account: what they may do goes with the link that they hold."""

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel.access import ALL, ROLES, Actor, Grant, declare

_DESK = {"clerk": "division"}
_UNITS = {"unit_head": "unit", "liaison": "unit"}
_VOLUNTEERS = dict.fromkeys(("clerk", "leader", "unit_head", "liaison", "inspector", "grid_worker", "resident"), "own")

SEE = declare(
    "volunteers.see_orders", _("See service orders"), changes=False,
    default=_DESK | _UNITS | {"leader": "division", "grid_worker": "division"},
)  # fmt: skip
SEE_PHONE = declare(
    "volunteers.see_order_phone", _("See the telephone of who is served"), changes=False, default=_DESK | {"grid_worker": "division"}
)
ENTER = declare("volunteers.enter_orders", _("Enter service orders for residents"), default=_DESK | {"grid_worker": "division"})
REVIEW = declare("volunteers.review_orders", _("Check service orders"), default=_DESK)
DISPATCH = declare("volunteers.dispatch_orders", _("Give service orders to teams"), default=_DESK)
CALL = declare("volunteers.call_back_orders", _("Call back after a service"), default=_DESK)
ITEMS = declare("volunteers.keep_service_items", _("Keep the service list"), default=_DESK)
OFFERS = declare("volunteers.keep_team_offers", _("Say what a team offers"), default=_VOLUNTEERS | _DESK | _UNITS)
TAKE = declare("volunteers.take_orders", _("Take and carry out service orders as a team's leader"), default=_VOLUNTEERS)
PLACE = declare("volunteers.place_order", _("Order a service for oneself"), default=dict.fromkeys(ROLES, "own"))
FOLLOW = declare("volunteers.follow_order", _("Follow, cancel and rate an order by its link"))
"""Granted to no role: whoever holds the link may."""


def orderer(name: str, address: str = "") -> Actor:
    """Somebody without an account, acting through the open pages. Whatever is done is bound to one order by its link."""
    return Actor(name=name, grants=dict.fromkeys((PLACE, FOLLOW), (Grant(ALL),)), address=address)
