"""A demonstration town that is a real one."""
