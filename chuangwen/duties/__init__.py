"""Who answers for what: sponsors and places, partners, rosters, duties at a rhythm (DOMAIN.md R4 to R7, R12, R16)."""
