"""会议、现场会: called with an agenda drawn from what is late; what is resolved is a supervised case, asked for at the next one (R28)."""
