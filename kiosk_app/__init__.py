"""The kiosk application without its screens: values, flow, runtime and services."""
