"""Who answers for what: duties at a rhythm, the load that falls on units."""
