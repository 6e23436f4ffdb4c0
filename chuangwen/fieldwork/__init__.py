"""Who went and what is so: rounds, visits, observations."""
