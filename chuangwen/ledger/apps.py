"""Django's handle on the room."""

from chuangwen.kernel import rooms


class LedgerConfig(rooms.Room):
    name = "chuangwen.ledger"
    label = "ledger"
