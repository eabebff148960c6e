"""End-to-end traceability for medical-device manufacturing, as a Frappe app."""

__version__ = "0.1.0"
