"""A nonconformance report: opening it holds what it concerns, closing it carries its dispositions out."""

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain.disposition import Stage, StepRefused, require_step
from med_trace.domain.sentence import Sentence
from med_trace.ledger.shown import shown
from med_trace.nonconformance import assignment, service
from med_trace.nonconformance.effects import carry_out


class NCR(Document):
    unsigned_fields = ("workflow_state", "assigned_to", "due_date", "closed_on", "closed_by")

    def before_insert(self) -> None:
        self.workflow_state = Stage.OPEN.value

    def validate(self) -> None:
        with shown():
            self._require_step()
            service.require_possible(self)
            assignment.require_possible(self)
            if self._becomes(Stage.DISPOSITIONED) or self._becomes(Stage.CLOSED):
                service.require_decided(self)
        if self._becomes(Stage.CLOSED):
            self.closed_on, self.closed_by = now_datetime(), frappe.session.user

    def after_insert(self) -> None:
        with shown():
            service.hold_affected(self)

    def on_update(self) -> None:
        assignment.tell(self)
        if self._becomes(Stage.CLOSED):
            with shown():
                carry_out((self.doctype, self.name), service.decisions_of(self))

    def before_sign(self, meaning: str) -> None:
        with shown():
            if Stage(self.workflow_state) is not Stage.UNDER_EVALUATION:
                raise StepRefused(
                    "{0} is {1}; dispositions are signed under evaluation.",
                    *(self.name, Sentence(self.workflow_state)),
                )
            service.require_settled(service.affected_of(self), service.decisions_of(self))

    def on_trash(self) -> None:
        with shown():
            raise StepRefused("NCR {0} is a record and is not deleted. Close it.", self.name)

    def record_authors(self) -> set[str]:
        """Who reported it. Whoever decides may be somebody else, if the signature rule asks for that."""
        return {self.owner}

    def _before(self) -> Stage:
        before = self.get_doc_before_save()
        return Stage(before.workflow_state or Stage.OPEN.value) if before else Stage.OPEN

    def _becomes(self, stage: Stage) -> bool:
        return Stage(self.workflow_state) is stage and self._before() is not stage

    def _require_step(self) -> None:
        """The desk's workflow can be bypassed by a plain save; this cannot."""
        self.workflow_state = self.workflow_state or Stage.OPEN.value
        if self.workflow_state not in {stage.value for stage in Stage}:
            expected = ", ".join(stage.value for stage in Stage)
            raise StepRefused(
                "workflow_state: {0} is no state of an NCR; expected {1}.", self.workflow_state, expected
            )
        require_step(self._before(), Stage(self.workflow_state))
        if self._before() is Stage.CLOSED:
            raise StepRefused("NCR {0} is closed and does not change.", self.name)
        if self._before() is Stage.DISPOSITIONED and Stage(self.workflow_state) is not Stage.UNDER_EVALUATION:
            self._require_same_dispositions()

    def _require_same_dispositions(self) -> None:
        before = self.get_doc_before_save()
        if service.decisions_of(before) != service.decisions_of(self) or service.affected_of(
            before
        ) != service.affected_of(self):
            raise StepRefused(
                "The dispositions of {0} are settled. Take it back to evaluation to change them.", self.name
            )
