"""Pages of teams and volunteers."""
