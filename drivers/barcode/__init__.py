"""Barcodes: the serial reader's driver and the decoder of pictures."""
