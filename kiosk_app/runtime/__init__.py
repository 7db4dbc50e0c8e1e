"""Carries the flow's effects out and brings events in; asyncio only, no Qt."""
