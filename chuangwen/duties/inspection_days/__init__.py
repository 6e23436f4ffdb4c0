"""测评日、迎检日: external assessors are in town. What was drawn, who is where, whom to call, what is wrong, what is to be done (R37)."""
