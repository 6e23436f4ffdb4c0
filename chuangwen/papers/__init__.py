"""Papers: bulletins, briefings, dispatch sheets and orders, from draft to signed print."""
