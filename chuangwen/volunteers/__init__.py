"""Volunteers: centres, corps and teams, activities, honest hours, orders, care, credits, contests (DOMAIN.md R27, R29 to R33, R35).

The room stands at the right of the house and nobody imports it, so that an installation can leave it out (``CHUANGWEN_WITHOUT=volunteers``).
"""
