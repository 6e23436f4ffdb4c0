"""The room that every room's pages stand on: base templates, components, lists, forms, navigation, static files.

It imports the kernel and Django, and knows no other room: rooms register what is theirs (navigation entries).
"""
