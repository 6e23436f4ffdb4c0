"""Promises that concern the whole house: access, speed, survival, browser."""
