"""Barcodes: the drivers of readers on a serial line and of readers that play keyboard, and the decoder of pictures."""
