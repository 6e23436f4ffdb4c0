"""What has to be closed: the loop, its clocks and hand-overs."""
