"""Who: units, posts, accounts, roles, sign-in."""
