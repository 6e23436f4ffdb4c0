"""The ledger: what was done, counted once where it happened, with its source; every report is drawn from it (DOMAIN.md R22, R12, section 2)."""
