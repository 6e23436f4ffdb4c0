"""Is it genuine: photos as they came, with what is known of their capture."""
