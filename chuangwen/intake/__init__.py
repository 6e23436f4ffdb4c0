"""Reports from outside: residents' pages, hotline orders, pasted chats, suggestions."""
