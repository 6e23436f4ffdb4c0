"""Who was there, when and where: what hours come from. Parts whose services are attended register as sources."""
