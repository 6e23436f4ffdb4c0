"""What is done with phones and with what comes from them."""

from chuangwen.phone.actions.devices import ask_wipe, confirm_wiped, sign_in_device, sign_out_device
from chuangwen.phone.actions.receiving import receive

__all__ = ["ask_wipe", "confirm_wiped", "receive", "sign_in_device", "sign_out_device"]
