"""The demo plant: an invented manufacturer whose stories run through real documents.

`load` builds it on a site. `plant` and `users` are its masters, `papers` fills in the documents as the people
of a plant do, and each story is a file of its own. Not part of the product's rules: nothing imports it.
"""

from med_trace.demo.load import load, show_users

__all__ = ["load", "show_users"]
