"""Pages of inspection days."""
