"""Pages of the room: signing in, own account, organisation, accounts, roles."""
