"""Works (工程、整治项目): repairs and buildings with stages, money, contract and photos; cases that are deferred against a work come back when
it ends or slips (DOMAIN.md R16)."""
