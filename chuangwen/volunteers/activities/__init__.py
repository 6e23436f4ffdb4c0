"""Activities: themes, drafts, sign-up, shifts, presence by a code on the spot, results."""
