"""What is done with credits."""

from chuangwen.volunteers.credits.actions.earning import confirm_conduct, record_conduct, refuse_conduct, strike_conduct
from chuangwen.volunteers.credits.actions.holding import (
    enter_household,
    enter_shop,
    join_credits,
    leave_credits,
    take_out,
    transfer_credits,
)
from chuangwen.volunteers.credits.actions.running import (
    bring_rewards,
    close_credits,
    edit_credits,
    give_place_link,
    move_stock,
    open_credits,
    save_credit_place,
    save_credit_rule,
    save_reward,
)
from chuangwen.volunteers.credits.actions.spending import (
    cancel_own_voucher,
    cancel_voucher,
    redeem,
    redeem_for,
    use_voucher,
    use_voucher_by_link,
)

__all__ = [
    "bring_rewards",
    "cancel_own_voucher",
    "cancel_voucher",
    "close_credits",
    "confirm_conduct",
    "edit_credits",
    "enter_household",
    "enter_shop",
    "give_place_link",
    "join_credits",
    "leave_credits",
    "move_stock",
    "open_credits",
    "record_conduct",
    "redeem",
    "redeem_for",
    "refuse_conduct",
    "save_credit_place",
    "save_credit_rule",
    "save_reward",
    "strike_conduct",
    "take_out",
    "transfer_credits",
    "use_voucher",
    "use_voucher_by_link",
]
