"""The phone app's frame: devices, packages, the queue's server side.

It knows no round and no case; rooms register sections, entry kinds and screens.
"""
