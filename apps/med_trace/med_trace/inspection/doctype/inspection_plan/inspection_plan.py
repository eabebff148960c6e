"""A revision of an inspection plan: what is inspected, how, and within which limits."""

from med_trace.inspection.plans import validate_content
from med_trace.qualification.revision_document import RevisionDocument


class InspectionPlan(RevisionDocument):
    revision_of = "plan_name"

    def validate_content(self) -> None:
        validate_content(self)
