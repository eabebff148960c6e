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


class NameError(Exception):
    http_status_code = 409


class OutgoingEmailError(Exception):
    http_status_code = 501


class SessionStopped(Exception):
    http_status_code = 503


class UnsupportedMediaType(Exception):
    http_status_code = 415


class Redirect(Exception):
    pass


class CSRFTokenError(Exception):
    http_status_code = 400


class TooManyRequestsError(Exception):
    http_status_code = 429


class AppNotInstalledError(ValidationError):
    pass


class LinkValidationError(ValidationError):
    pass


class CancelledLinkError(LinkValidationError):
    pass


class CannotChangeConstantError(ValidationError):
    pass


class CharacterLengthExceededError(ValidationError):
    pass


class DataError(ValidationError):
    pass


class DocstatusTransitionError(ValidationError):
    pass


class DocumentLockedError(ValidationError):
    pass


class DuplicateEntryError(NameError):
    pass


class EmptyTableError(ValidationError):
    pass


class FrappeTypeError(TypeError):
    http_status_code = 417


class ImplicitCommitError(ValidationError):
    pass


class InReadOnlyMode(ValidationError):
    http_status_code = 503


class IncorrectSitePath(NotFound):
    pass


class InvalidAuthorizationToken(CSRFTokenError):
    pass


class InvalidColumnName(ValidationError):
    pass


class InvalidDates(ValidationError):
    pass


class InvalidEmailAddressError(ValidationError):
    pass


class InvalidNameError(ValidationError):
    pass


class InvalidPhoneNumberError(ValidationError):
    pass


class InvalidRoundingMethod(FileNotFoundError):
    pass


class InvalidStatusError(ValidationError):
    pass


class LinkExistsError(ValidationError):
    pass


class MandatoryError(ValidationError):
    pass


class NonNegativeError(ValidationError):
    pass


class PrintFormatError(ValidationError):
    pass


class QueryDeadlockError(Exception):
    pass


class QueryTimeoutError(Exception):
    pass


class RateLimitExceededError(ValidationError):
    http_status_code = 429


class SiteNotSpecifiedError(Exception):
    pass


class TemplateNotFoundError(ValidationError):
    pass


class TimestampMismatchError(ValidationError):
    pass


class TooManyWritesError(Exception):
    pass


class UniqueValidationError(ValidationError):
    pass


class UpdateAfterSubmitError(ValidationError):
    pass
