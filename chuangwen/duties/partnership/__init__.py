"""Partnership (联点共建): a unit and a village build together on a plan of their own (DOMAIN.md R5). Needs, the pair's package, what was put in,
teams that come, photos, result; what was put in is also in the ledger. Units and places are looked at, never persons."""
