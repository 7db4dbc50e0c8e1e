"""ICAO 9303 chips in layers: transport, APDUs, access, secure messaging, files, data groups, authenticity."""
