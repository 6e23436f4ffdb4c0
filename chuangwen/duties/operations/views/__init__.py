"""Pages of special operations."""
