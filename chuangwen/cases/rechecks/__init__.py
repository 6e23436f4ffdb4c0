"""Silent re-checks: a random and risk-weighted share of closed cases is looked at again by somebody else, without notice (DOMAIN.md,
section 2 rule 4). ``rules`` draws, ``actions`` does, ``queries`` keeps the secret."""
