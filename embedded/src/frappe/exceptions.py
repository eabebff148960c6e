"""Frappe's error classes with the HTTP status each one answers with. Holds no logic."""

from __future__ import annotations

from werkzeug.exceptions import NotFound


class ValidationError(Exception):
    http_status_code = 417


class AuthenticationError(Exception):
    http_status_code = 401


class SessionExpired(Exception):
    http_status_code = 401


class PermissionError(Exception):
    http_status_code = 403


class DoesNotExistError(ValidationError):
    http_status_code = 404

    def __init__(self, *args: object, doctype: str | None = None) -> None:
        super().__init__(*args)
        self.doctype = doctype


class UnknownDocType(DoesNotExistError, ImportError):
    """No DocType of this name; an ImportError in Frappe, where the answer is a 500."""


class NameError(Exception):
    http_status_code = 409


class OutgoingEmailError(Exception):
    http_status_code = 501


class SessionStopped(Exception):
    http_status_code = 503


class UnsupportedMediaType(Exception):
    http_status_code = 415


class Redirect(Exception):
    """Answers with the address in `frappe.flags.redirect_location`."""


class CSRFTokenError(Exception):
    http_status_code = 400


class TooManyRequestsError(Exception):
    http_status_code = 429


class AppNotInstalledError(ValidationError):
    """A dotted path leads into an app that the site does not have."""


class LinkValidationError(ValidationError):
    """A link names a row that is not there."""


class CancelledLinkError(LinkValidationError):
    """A link of a submittable document names a cancelled one."""


class CannotChangeConstantError(ValidationError):
    """A field that is set only once got another value."""


class CharacterLengthExceededError(ValidationError):
    """A value does not fit into its column."""


class InvalidArgument(ValidationError, ValueError):
    """Something that the caller sent and that means nothing; a plain ValueError in Frappe: there the answer is a 500."""


class DataError(ValidationError):
    """A statement or value that the database cannot take."""


class DocstatusTransitionError(ValidationError):
    """A docstatus that the stored one does not lead to."""


class DocumentLockedError(ValidationError):
    """Another process has locked the document."""


class DuplicateEntryError(NameError):
    """The name is taken."""


class FrappeTypeError(TypeError):
    http_status_code = 417


class ImplicitCommitError(ValidationError):
    """A change of tables in a transaction that has written."""


class InReadOnlyMode(ValidationError):
    http_status_code = 503


class IncorrectSitePath(NotFound):
    """The bench has no such site."""


class InvalidAuthorizationToken(CSRFTokenError):
    """The Authorization header cannot be read."""


class InvalidColumnName(ValidationError):
    """A fieldname that cannot be a column."""


class InvalidEmailAddressError(ValidationError):
    """A text that is no e-mail address."""


class InvalidNameError(ValidationError):
    """A text that is no person's name."""


class InvalidPhoneNumberError(ValidationError):
    """A text that is no phone number."""


class InvalidRoundingMethod(FileNotFoundError):
    """System Settings name a rounding method that is unknown."""


class InvalidStatusError(ValidationError):
    """A status that the document cannot have."""


class LinkExistsError(ValidationError):
    """Other documents still refer to this one."""


class MandatoryError(ValidationError):
    """Required values are missing."""


class NonNegativeError(ValidationError):
    """A number below zero where none may be."""


class PrintFormatError(ValidationError):
    """The Print Format does not fit the document."""


class QueryDeadlockError(Exception):
    """Two transactions wait for each other."""


class QueryTimeoutError(Exception):
    """The write lock did not come free in time: the caller may send it again."""

    http_status_code = 409


class RateLimitExceededError(ValidationError):
    http_status_code = 429


class SiteNotSpecifiedError(Exception):
    """A command needs a site and got none."""


class TemplateNotFoundError(ValidationError):
    """No template lies at this path."""


class TimestampMismatchError(ValidationError):
    """The document was changed by somebody else since it was read."""


class TooManyWritesError(Exception):
    """One transaction wrote more than it may."""


class UniqueValidationError(ValidationError):
    """Another row has this value in a unique field."""


class UpdateAfterSubmitError(ValidationError):
    """A field of a submitted document that must stay got another value."""
