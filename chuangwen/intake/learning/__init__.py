"""What a report is about: proposed from its words and its place, learned from the closed cases of the town itself."""
