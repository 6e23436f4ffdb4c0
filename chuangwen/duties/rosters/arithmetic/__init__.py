"""Rosters as sums: plain tables in, who stands where out. Knows no Django, no clock, no file.

``problem`` is what is asked, ``value`` what a roster costs and breaks, ``solving`` finds one with its gap, ``turns`` lets leaders take turns,
``greedy`` is what a clerk does by hand, ``chances`` how likely a post is short.
"""
