"""Messages: what a room tells people reaches them in the product, by mail, by group robots and SMS gateways (DOMAIN.md R27)."""
