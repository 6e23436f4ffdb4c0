"""The tables of credits."""

from chuangwen.volunteers.credits.models.earning import CreditRecord, CreditRecordPhoto, CreditRule
from chuangwen.volunteers.credits.models.ledger import (
    MOST,
    CreditAccount,
    CreditEntry,
    CreditLot,
    CreditPosting,
    CreditProgramme,
)
from chuangwen.volunteers.credits.models.spending import CreditPlace, CreditReward, CreditStockMove, CreditVoucher

__all__ = [
    "MOST",
    "CreditAccount",
    "CreditEntry",
    "CreditLot",
    "CreditPlace",
    "CreditPosting",
    "CreditProgramme",
    "CreditRecord",
    "CreditRecordPhoto",
    "CreditReward",
    "CreditRule",
    "CreditStockMove",
    "CreditVoucher",
]
