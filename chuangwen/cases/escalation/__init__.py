"""The ladder of escalation: reminder, supervision order, listed supervision with a public promise, talk, hand-over (DOMAIN.md R15).

``states`` is the life of a step as a table, ``rules`` what is decided without looking anything up, ``actions`` what people do, ``climbing``
what the clock does, ``queries`` what is read, ``telling`` how it is said.
"""
