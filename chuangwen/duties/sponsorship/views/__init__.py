"""Pages of the sponsorship plan."""
