"""Keeps the accounts of the staff as the ministry has them, and tells it of PINs that were chosen here."""

from __future__ import annotations

import json
import logging

from kiosk_app.passing import instant

from .errors import ServiceRefusal, ServiceTrouble
from .notes import Notes
from .service import MinistryService

log = logging.getLogger(__name__)


class StaffSync:
    """The agent's part of the staff. What is sent carries the hashes, which lie nowhere but in the sealed store."""

    def __init__(self, notes: Notes, kiosk_id: str) -> None:
        self._notes = notes
        self._kiosk_id = kiosk_id

    def run(self, service: MinistryService) -> None:
        """Tells, then asks. Raises ServiceTrouble."""
        self.age()
        self._tell(service)
        known = self._notes.staff()
        fresh = service.staff(known.etag if known else "")
        if fresh is None:
            self._notes.staff_confirmed(instant())
            return
        # The certificate says whom the service talks to; an answer that names another kiosk was not meant for this one.
        if json.loads(fresh.body).get("kiosk_id") != self._kiosk_id:
            raise ServiceTrouble("the accounts are another kiosk's", "NET-GARBLED")
        self._notes.set_staff(fresh, instant())
        log.info("the accounts of the staff are brought up to date")

    def age(self) -> None:
        """Writes down how old the accounts are; call it now and then, also while there is no line."""
        self._notes.age_staff(instant())

    def _tell(self, service: MinistryService) -> None:
        for chosen in self._notes.chosen_pins():
            try:
                service.tell_chosen_pin(self._kiosk_id, chosen)
            except ServiceRefusal as error:
                # The account is gone, or its PIN was given out anew: the accounts that come say so too.
                log.warning("a chosen PIN is not taken: %s", error.problem)
            self._notes.set_chosen_pins([one for one in self._notes.chosen_pins() if one != chosen])
