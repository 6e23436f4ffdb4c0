"""Who answers for what: sponsors and places, duties at a rhythm, the load that falls on units (DOMAIN.md R4 to R7, R12, R16)."""
