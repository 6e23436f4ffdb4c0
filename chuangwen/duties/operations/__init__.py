"""Special operations (DOMAIN.md R12): a campaign over some weeks against named disorders, its figures day by day out of the ledger, what it took
and what came back. ``states`` its life, ``rules`` its arithmetic, ``daily`` the figures of a day."""
