"""Pages of credits."""
