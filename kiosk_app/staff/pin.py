"""A PIN: which may be set, how it is kept, and how it is compared."""

from __future__ import annotations

import itertools
from typing import Final

SHORTEST: Final = 6
LONGEST: Final = 12


class WeakPin(ValueError):
    """A PIN that may not be set; the text says what is expected, never the PIN."""


def check_pin(pin: str) -> None:
    """Raises WeakPin for a PIN that is too short, no digits, one digit again and again, or counted up or down."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise WeakPin(f"expected {SHORTEST} to {LONGEST} digits")
    steps = {int(b) - int(a) for a, b in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise WeakPin("expected other digits than the same again or a count")


def hash_pin(pin: str) -> str:
    """The argon2id hash in its PHC form, as RFC 9106 has it for machines of little memory: 64 MiB, three passes."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(pin)


def verify_pin(kept: str, pin: str) -> bool:
    """Whether the hash is of this PIN; a fifth of a second of work on purpose."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(kept, pin)
    except (VerificationError, InvalidHashError):
        return False
