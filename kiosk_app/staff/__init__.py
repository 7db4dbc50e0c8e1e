"""Who may open what of the machine: badges, PINs, and the lock-out after wrong ones."""

from kiosk_app.staff.accounts import AccountsUnreadable, Directory, Known, badge_digest, read_directory
from kiosk_app.staff.gate import DEMONSTRATION_PIN, USABLE_S, Gate, Opening, Outcome, set_demonstration_pin
from kiosk_app.staff.keeping import GateBroken
from kiosk_app.staff.pin import WeakPin

__all__ = [
    "DEMONSTRATION_PIN",
    "USABLE_S",
    "AccountsUnreadable",
    "Directory",
    "Gate",
    "GateBroken",
    "Known",
    "Opening",
    "Outcome",
    "WeakPin",
    "badge_digest",
    "read_directory",
    "set_demonstration_pin",
]
