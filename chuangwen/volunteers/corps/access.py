"""The verbs of teams and volunteers: the office and units keep the registers, everybody keeps their own record."""
