"""A kiosk driver for receipt printers that speak ZPL over TCP."""
