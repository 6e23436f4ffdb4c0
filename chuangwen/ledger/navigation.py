"""Entries of the navigation."""

from django.utils.translation import gettext_lazy as _

from chuangwen.web.navigation import LEDGER, NavEntry, register

register(NavEntry(LEDGER, _("Ledger"), "ledger:metrics", "notebook", order=10, verb="ledger.see"))
register(NavEntry(LEDGER, _("Enter facts"), "ledger:enter", "edit", order=20, verb="ledger.enter", phone=True))
register(NavEntry(LEDGER, _("Totals"), "ledger:totals", "sum", order=30, verb="ledger.see"))
register(NavEntry(LEDGER, _("Facts"), "ledger:facts", "list-details", order=40, verb="ledger.see"))
register(NavEntry(LEDGER, _("Not reported yet"), "ledger:missing", "bell", order=45, verb="ledger.see"))
register(NavEntry(LEDGER, _("Sheets of units"), "ledger:sheets", "table-import", order=50, verb="ledger.import"))
