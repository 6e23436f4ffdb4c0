"""Services, orders, matching with teams, acceptance, rating."""
