"""Pages of duties at a rhythm."""
