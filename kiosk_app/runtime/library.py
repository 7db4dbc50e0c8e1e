"""Searches the catalogue for the flow, off the screen's thread."""

from __future__ import annotations

import asyncio

from kiosk_app.catalog import Catalog
from kiosk_app.flow.effects import Effect, LoadProcedure, Search
from kiosk_app.flow.events import ProcedureLoaded, SearchAnswered
from kiosk_app.forms import fields_for
from kiosk_app.model.session import Session
from kiosk_app.runtime.runtime import Runtime


class LibraryHands:
    """Search and procedures as effects."""

    def __init__(self, runtime: Runtime, catalog: Catalog) -> None:
        self._runtime = runtime
        self._catalog = catalog

    def handles(self) -> tuple[type[Effect], ...]:
        """Searching and loading."""
        return (Search, LoadProcedure)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Answers with results or with the procedure and its form."""
        if isinstance(effect, Search):
            results = await asyncio.to_thread(self._catalog.search, effect.query)
            self._runtime.dispatch(SearchAnswered(session.number, effect.query, results))
        elif isinstance(effect, LoadProcedure):
            procedure = self._catalog.get(effect.local_id)
            if procedure is not None:
                fields = await asyncio.to_thread(fields_for, effect.local_id)
                self._runtime.dispatch(ProcedureLoaded(session.number, procedure, fields))
