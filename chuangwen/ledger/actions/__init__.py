"""What people do in the ledger."""

from chuangwen.ledger.actions.facts import NewFact, add_photos, correct_fact, enter_facts, import_facts, withdraw_fact
from chuangwen.ledger.actions.metrics import save_metric
from chuangwen.ledger.actions.reminding import remind
from chuangwen.ledger.actions.sheets import bring_sheet, forget_layout, save_layout

__all__ = [
    "NewFact",
    "add_photos",
    "bring_sheet",
    "correct_fact",
    "enter_facts",
    "forget_layout",
    "import_facts",
    "remind",
    "save_layout",
    "save_metric",
    "withdraw_fact",
]
