"""What rosters promise."""
