"""The states of a Recall, and the refusal of a step that its state does not allow."""

from __future__ import annotations

from enum import Enum

from frappe.model.document import Document
from med_trace.domain.errors import TraceError
from med_trace.domain.sentence import any_of


class RecallState(str, Enum):
    DRAFT = "Draft"
    SCOPED = "Scoped"
    INITIATED = "Initiated"
    TERMINATED = "Terminated"
    WITHDRAWN = "Withdrawn"


class WrongRecallState(TraceError):
    """The recall is not in a state that allows this step."""

    title = "Not at this stage of the recall"


def state_of(recall: Document) -> RecallState:
    return RecallState(recall.workflow_state or RecallState.DRAFT.value)


def require_state(recall: Document, *allowed: RecallState) -> None:
    if state_of(recall) not in allowed:
        raise WrongRecallState(
            "Recall {0} is {1}; this step needs {2}.",
            *(recall.name, state_of(recall), any_of(allowed)),
        )
