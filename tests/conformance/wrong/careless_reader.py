"""The suite on the barcode reader's careless driver."""

from __future__ import annotations

from drivers.conformance import Subject, barcode_reader_suite
from tests.conformance.places import serial_gun

TestCarelessReader = barcode_reader_suite(Subject("serial-careless", serial_gun))
