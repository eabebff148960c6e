"""When something was entered on a device: in the site's time, and never later than the server's own clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from frappe.utils import get_system_timezone, now_datetime


def entered(moment: datetime | None) -> datetime:
    """The moment that a device states (with an offset, or in site time) as site time; now, when it states
    none or its clock is ahead.
    """
    now = now_datetime()
    if moment is None:
        return now
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)
    return min(moment, now)
