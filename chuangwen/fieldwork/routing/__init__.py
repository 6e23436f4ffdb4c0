"""Routes of a round: which team goes to which site on which day, in what order, and when it arrives.

``problem``, ``solving``, ``ordering`` and ``nearest`` are pure: numbers in, plans out. The other files stand on the tables of the room.
"""
