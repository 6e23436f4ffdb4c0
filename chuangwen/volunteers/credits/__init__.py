"""Credits: a ledger by double entry of what volunteers, households and shops earned, spent and let lapse (DOMAIN.md R33)."""
