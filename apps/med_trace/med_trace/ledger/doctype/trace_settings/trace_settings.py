from frappe.model.document import Document
from med_trace.domain.errors import BadInput
from med_trace.domain.gs1.check_digit import is_valid_key
from med_trace.ledger.shown import shown


class TraceSettings(Document):
    """The site's own identifiers and how far holds reach."""

    @shown()
    def validate(self):
        if self.company_gln and not (len(self.company_gln) == 13 and is_valid_key(self.company_gln)):
            raise BadInput("Company GLN: {0} is not 13 digits with a right check digit.", self.company_gln)
        prefix = self.company_prefix
        if prefix and not (prefix.isascii() and prefix.isdigit() and 4 <= len(prefix) <= 12):
            raise BadInput("GS1 Company Prefix: {0} is not 4 to 12 digits.", prefix)
