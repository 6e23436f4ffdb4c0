"""The composition root: settings, addresses and the server entry. It may import every room; no room imports it."""
