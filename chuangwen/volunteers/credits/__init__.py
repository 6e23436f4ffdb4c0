"""Credits by double entry: earned for services, spent on rewards, expired with notice."""
