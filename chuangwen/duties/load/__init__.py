"""Load meter: what falls on each unit in each week, planned and done, with limits that planning keeps to. Units, never persons."""
