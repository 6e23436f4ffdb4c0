"""Pages of project contests."""
