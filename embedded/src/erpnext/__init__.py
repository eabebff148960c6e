"""The part of ERPNext v15 that med_trace touches: its DocTypes, and how they move stock."""

__version__ = "15.65.1"
