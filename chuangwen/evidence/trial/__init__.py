"""A test set that the program makes for itself: photo-like pictures of places, what people do to pictures, and how often it is noticed."""
