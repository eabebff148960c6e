"""/api: the address of a method or document, and the function that answers it."""

from enum import Enum

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Submount
from werkzeug.wrappers import Request, Response

import frappe
from frappe.api.v1 import url_rules
from frappe.utils.response import build_response

API_URL_MAP = Map(
    [Submount("/api", url_rules), Submount("/api/v1", url_rules)], strict_slashes=False, merge_slashes=False
)


def handle(request: Request) -> Response:
    try:
        endpoint, arguments = API_URL_MAP.bind_to_environ(request.environ).match()
    except NotFound:
        raise frappe.DoesNotExistError
    data = endpoint(**arguments)
    if isinstance(data, Response):
        return data
    if data is not None:
        frappe.response["data"] = data
    return build_response()
