"""What is done to orders, the service list, what teams offer, and the plan of a day."""

from chuangwen.volunteers.orders.actions.catalogue import bring_items, save_item, save_offers, save_rules
from chuangwen.volunteers.orders.actions.giving import direct_order, dispatch_order, open_order, recall_order
from chuangwen.volunteers.orders.actions.judging import call_back, cancel_by_link, rate_by_link
from chuangwen.volunteers.orders.actions.placing import (
    approve_order,
    bring_orders,
    cancel_order,
    edit_order,
    enter_order,
    place_order,
    refuse_order,
    show_order_phone,
)
from chuangwen.volunteers.orders.actions.planning import make_order_plan, solve_order_plan, use_order_plan
from chuangwen.volunteers.orders.actions.serving import (
    assign_volunteers,
    begin_own_service,
    begin_service,
    decline_order,
    end_own_service,
    finish_service,
    take_order,
)

__all__ = [
    "approve_order",
    "assign_volunteers",
    "begin_own_service",
    "begin_service",
    "bring_items",
    "bring_orders",
    "call_back",
    "cancel_by_link",
    "cancel_order",
    "decline_order",
    "direct_order",
    "dispatch_order",
    "edit_order",
    "end_own_service",
    "enter_order",
    "finish_service",
    "make_order_plan",
    "open_order",
    "place_order",
    "rate_by_link",
    "recall_order",
    "refuse_order",
    "save_item",
    "save_offers",
    "save_rules",
    "show_order_phone",
    "solve_order_plan",
    "take_order",
    "use_order_plan",
]
