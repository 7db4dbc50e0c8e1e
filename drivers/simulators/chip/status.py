"""How a command of the chip ends when it does not end well."""

from __future__ import annotations


class StatusError(Exception):
    """A command that ends with another status than 9000."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status
