"""Pages of practice centres."""
