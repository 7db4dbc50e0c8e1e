"""The chip ID card: the PC/SC driver, the chip protocols of ICAO 9303 (emrtd/) and the QR code printed on the card.

Everything a chip sends is hostile until proven otherwise: each layer checks bounds, caps sizes and fails with a typed
error. It runs inside the card's host process, so that nothing worse than that process can be hurt.
"""
