"""Where do we stand: home and map."""
