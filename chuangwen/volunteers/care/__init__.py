"""Care plans: who is called and visited how often, by whom, and the alarm when nobody did."""
