"""The sponsorship plan: which leaders, departments and offices answer for which places (DOMAIN.md R4).

``arithmetic`` is pure and knows no Django: the problem, its value, the solver, why a pair is so and what another would cost, what clashes.
Beside it stands what is stored, asked and shown.
"""
