"""What the pixels of photos tell: arrays in, figures out. Knows no tables."""
