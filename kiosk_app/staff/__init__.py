"""Who may open what of the machine: the technician's PIN and its lock-out."""

from kiosk_app.staff.gate import DEMONSTRATION_PIN, Gate, GateBroken, Opening, Outcome, WeakPin, set_demonstration_pin

__all__ = ["DEMONSTRATION_PIN", "Gate", "GateBroken", "Opening", "Outcome", "WeakPin", "set_demonstration_pin"]
