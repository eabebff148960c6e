"""A revision of a routing: its operations and limits."""

from med_trace.production.routings import validate_content
from med_trace.qualification.revision_document import RevisionDocument


class ProcessRouting(RevisionDocument):
    revision_of = "routing_name"

    def validate_content(self) -> None:
        validate_content(self)
