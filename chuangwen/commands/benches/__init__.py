"""What ``chuangwen bench`` measures. Everything runs on this machine, on loopback, and ends by itself."""
