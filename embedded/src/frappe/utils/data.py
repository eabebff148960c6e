"""Values: numbers, dates, texts, lists, links. Pure conversions; settings are asked for only as defaults."""

import datetime
import json
import math
import operator
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from html import escape, unescape
from typing import Any, TypeVar
from urllib.parse import quote, urljoin
from zoneinfo import ZoneInfo

from dateutil import parser
from dateutil.parser import ParserError
from dateutil.relativedelta import relativedelta

import frappe

T = TypeVar("T")

DATE_FORMAT = "%Y-%m-%d"
TIME_FORMAT = "%H:%M:%S.%f"
DATETIME_FORMAT = DATE_FORMAT + " " + TIME_FORMAT

HTML_TAG_PATTERN = re.compile(r"<[^>]+>")
TIMEDELTA_PATTERN = re.compile(
    r"^(?:(?P<days>-?\d+) days?, )?(?P<sign>-)?(?P<hours>\d+):(?P<minutes>\d+)(?::(?P<seconds>\d+(?:\.\d+)?))?$"
)
STANDARD_STAMP = re.compile(r"^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?)?$")


# -- numbers ----------------------------------------------------------------


def flt(s: Any, precision: int | None = None, rounding_method: str | None = None) -> float:
    """A float of anything; 0.0 for what is not a number. Commas are thousands separators."""
    if isinstance(s, str):
        s = s.replace(",", "")
    try:
        num = float(s)
    except (TypeError, ValueError):
        return 0.0
    return float(rounded(num, precision, rounding_method)) if precision is not None else num


def cint(s: Any, default: int = 0) -> int:
    try:
        return int(s)
    except (TypeError, ValueError):
        try:
            return int(float(s))
        except (TypeError, ValueError, OverflowError):
            return default
    except OverflowError:
        return default


def ceil(s: Any) -> int:
    return math.ceil(flt(s))


def floor(s: Any) -> int:
    return math.floor(flt(s))


def sbool(x: Any) -> Any:
    """True or False for the texts "true", "false", "1", "0"; anything else comes back as it is."""
    if isinstance(x, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(x.lower(), x)
    return x


def cstr(s: Any, encoding: str = "utf-8") -> str:
    return frappe.as_unicode(s, encoding)


def rounded(num: Any, precision: int | None = 0, rounding_method: str | None = None) -> float:
    """Rounds by the site's rounding method; a tie goes to the even digit unless told otherwise."""
    precision = cint(precision)
    method = rounding_method or _site_setting("rounding_method") or "Banker's Rounding"
    try:
        round_with = ROUNDING[method]
    except KeyError:
        message = frappe._("Unknown Rounding Method: {}").format(frappe.bold(method))
        frappe.throw(message, exc=frappe.InvalidRoundingMethod)
    return round_with(flt(num), precision)


def _bankers_rounding(num: float, precision: int) -> float:
    multiplier = 10**precision
    num = round(num * multiplier, 12)
    if num == 0:
        return 0.0
    low = math.floor(num)
    if abs(num - low - 0.5) < _tie_width(num):
        return (low + low % 2) / multiplier
    return round(num) / multiplier


def _bankers_rounding_legacy(num: float, precision: int) -> float:
    """As sites of Frappe before version 15 rounded: ties go up, and to even only for whole numbers."""
    multiplier = 10**precision
    num = round(num * multiplier, 8)
    low = math.floor(num)
    if num - low == 0.5:
        return (low + 1 if precision else low + low % 2) / multiplier
    return round(num) / multiplier


def _commercial_rounding(num: float, precision: int) -> float:
    multiplier = 10**precision
    num = num * multiplier
    if num == 0:
        return 0.0
    return math.copysign(math.floor(abs(num) + 0.5 + _tie_width(num)), num) / multiplier


def _tie_width(num: float) -> float:
    """How far a binary float of this size may lie from the decimal tie that it stands for."""
    return float(2.0 ** (math.log(abs(num), 2) - 52.0))


ROUNDING: dict[str, Callable[[float, int], float]] = {
    "Banker's Rounding": _bankers_rounding,
    "Banker's Rounding (legacy)": _bankers_rounding_legacy,
    "Commercial Rounding": _commercial_rounding,
}


def remainder(numerator: float, denominator: float, precision: int = 2) -> float:
    multiplier = 10**precision
    scale = multiplier if precision else 1
    return flt(((numerator * scale) % (denominator * scale)) / scale, precision)


def safe_div(numerator: float, denominator: float, precision: int = 2) -> float:
    return flt(numerator / denominator, precision) if denominator else 0.0


# -- dates and times --------------------------------------------------------


def is_invalid_date_string(date_string: Any) -> bool:
    return not isinstance(date_string, str) or date_string[:10] in ("", "0001-01-01", "0000-00-00")


def getdate(string_date: Any = None, parse_day_first: bool = False) -> datetime.date | None:
    """A date of a text, a date or a datetime; today for nothing given; None for a zero date."""
    if not string_date:
        return now_datetime().date()
    if isinstance(string_date, datetime.datetime):
        return string_date.date()
    if isinstance(string_date, datetime.date):
        return string_date
    if is_invalid_date_string(string_date):
        return None
    try:
        if STANDARD_STAMP.match(string_date):
            return datetime.date.fromisoformat(string_date[:10])
        return parser.parse(string_date, dayfirst=parse_day_first).date()
    except (ParserError, ValueError):
        frappe.throw(
            frappe._("{} is not a valid date string.").format(frappe.bold(string_date)),
            title=frappe._("Invalid Date"),
        )


def get_datetime(datetime_str: Any = None) -> datetime.datetime | None:
    """A datetime of a text, a date or a tuple; now for None; None for a zero date."""
    if datetime_str is None:
        return now_datetime()
    if isinstance(datetime_str, datetime.datetime | datetime.timedelta):
        return datetime_str  # type: ignore[return-value]
    if isinstance(datetime_str, list | tuple):
        return datetime.datetime(*datetime_str)
    if isinstance(datetime_str, datetime.date):
        return datetime.datetime.combine(datetime_str, datetime.time())
    if is_invalid_date_string(datetime_str):
        return None
    try:
        return datetime.datetime.strptime(datetime_str, DATETIME_FORMAT)
    except ValueError:
        return parser.parse(datetime_str)


def get_timedelta(time: Any = None) -> datetime.timedelta | None:
    time = time or now_datetime().time()
    if isinstance(time, datetime.timedelta):
        return time
    try:
        return parse_timedelta(str(time))
    except ValueError:
        return None


def parse_timedelta(s: str) -> datetime.timedelta:
    """A timedelta of "H:MM", "H:MM:SS[.f]" or "D days, H:MM:SS"."""
    found = TIMEDELTA_PATTERN.match(s.strip())
    if not found:
        raise ValueError("not a time: " + s)
    part = found.groupdict()
    span = datetime.timedelta(
        hours=int(part["hours"]), minutes=int(part["minutes"]), seconds=float(part["seconds"] or 0)
    )
    return datetime.timedelta(days=int(part["days"] or 0)) + (-span if part["sign"] else span)


def to_timedelta(time_str: Any) -> datetime.timedelta:
    if isinstance(time_str, datetime.time):
        time_str = str(time_str)
    if isinstance(time_str, str):
        moment = parser.parse(time_str)
        return datetime.timedelta(
            hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond
        )
    return time_str


def add_to_date(
    date: Any,
    years: int = 0,
    months: int = 0,
    weeks: int = 0,
    days: int = 0,
    hours: int = 0,
    minutes: int = 0,
    seconds: int = 0,
    as_string: bool = False,
    as_datetime: bool = False,
) -> Any:
    """The date moved by the given amounts, as a text for a text; hours and smaller make it a datetime."""
    if hours or minutes or seconds:
        as_datetime = True
    if date is None:
        date = now_datetime()
    elif isinstance(date, str):
        as_string = True
        date = get_datetime(date) if as_datetime or " " in date else getdate(date)
    moved = date + relativedelta(
        years=years, months=months, weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds
    )
    if not as_string:
        return moved
    return moved.strftime(DATETIME_FORMAT if as_datetime else DATE_FORMAT)


def add_days(date: Any, days: Any) -> Any:
    return add_to_date(date, days=cint(days))


def add_months(date: Any, months: Any) -> Any:
    return add_to_date(date, months=cint(months))


def add_years(date: Any, years: Any) -> Any:
    return add_to_date(date, years=cint(years))


def date_diff(string_ed_date: Any, string_st_date: Any) -> int:
    return days_diff(string_ed_date, string_st_date)


def days_diff(string_ed_date: Any, string_st_date: Any) -> int:
    return (_day(string_ed_date) - _day(string_st_date)).days


def time_diff(string_ed_date: Any, string_st_date: Any) -> datetime.timedelta:
    return _moment(string_ed_date) - _moment(string_st_date)


def time_diff_in_seconds(string_ed_date: Any, string_st_date: Any) -> float:
    return time_diff(string_ed_date, string_st_date).total_seconds()


def time_diff_in_hours(string_ed_date: Any, string_st_date: Any) -> float:
    return round(time_diff(string_ed_date, string_st_date).total_seconds() / 3600, 6)


def _day(value: Any) -> datetime.date:
    found = getdate(value)
    assert found is not None
    return found


def _moment(value: Any) -> datetime.datetime:
    found = get_datetime(value)
    assert found is not None
    return found


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def get_system_timezone() -> str:
    return _site_setting("time_zone") or "UTC"


def now_datetime() -> datetime.datetime:
    """The site's own time, without zone."""
    return get_datetime_in_timezone(get_system_timezone()).replace(tzinfo=None)


def get_datetime_in_timezone(time_zone: str) -> datetime.datetime:
    return datetime.datetime.now(_zone(time_zone))


def now() -> str:
    fixed = getattr(frappe.flags, "current_date", None)
    if fixed:
        return f"{getdate(fixed)} {now_datetime().strftime(TIME_FORMAT)}"
    return now_datetime().strftime(DATETIME_FORMAT)


def nowdate() -> str:
    return now_datetime().strftime(DATE_FORMAT)


def today() -> str:
    return nowdate()


def nowtime() -> str:
    return now_datetime().strftime(TIME_FORMAT)


def get_first_day(dt: Any, d_years: int = 0, d_months: int = 0, as_str: bool = False) -> Any:
    first = _day(dt).replace(day=1) + relativedelta(years=d_years, months=d_months)
    return first.strftime(DATE_FORMAT) if as_str else first


def get_last_day(dt: Any) -> datetime.date:
    return _day(get_first_day(dt, 0, 1)) - datetime.timedelta(days=1)


def get_weekdays() -> list[str]:
    return ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def get_weekday(datetime: datetime.datetime | None = None) -> str:
    return get_weekdays()[(datetime or now_datetime()).weekday()]


def get_time(time_str: Any) -> datetime.time:
    if isinstance(time_str, datetime.datetime):
        return time_str.time()
    if isinstance(time_str, datetime.time):
        return time_str
    return (datetime.datetime.min + to_timedelta(str(time_str))).time()


def get_timestamp(date: Any) -> float:
    return datetime.datetime.combine(_day(date), datetime.time()).timestamp()


def get_date_str(date_obj: Any) -> str:
    return _moment(date_obj).strftime(DATE_FORMAT)


def get_datetime_str(datetime_obj: Any) -> str:
    return _moment(datetime_obj).strftime(DATETIME_FORMAT)


def get_user_date_format() -> str:
    return _default("date_format") or "yyyy-mm-dd"


def get_user_time_format() -> str:
    return _default("time_format") or "HH:mm:ss"


def formatdate(
    string_date: Any = None, format_string: str | None = None, parse_day_first: bool = False
) -> str:
    """The date in the user's format, or the given one ("dd.MM.yyyy"); "" for nothing."""
    from babel.core import UnknownLocaleError
    from babel.dates import format_date as babel_date

    if not string_date:
        return ""
    date = getdate(string_date, parse_day_first)
    if date is None:
        return ""
    shape = (format_string or get_user_date_format()).replace("mm", "MM").replace("Y", "y")
    try:
        return babel_date(date, shape, locale=_locale())
    except UnknownLocaleError:
        return date.strftime(re.sub("y+", "%Y", shape.replace("MM", "%m").replace("dd", "%d")))


format_date = formatdate


def format_time(time_string: Any = None, format_string: str | None = None) -> str:
    from babel.dates import format_time as babel_time

    return babel_time(get_time(time_string), format_string or get_user_time_format(), locale=_locale())


def format_datetime(datetime_string: Any, format_string: str | None = None) -> str | None:
    from babel.dates import format_datetime as babel_datetime

    if not datetime_string:
        return None
    shape = format_string or get_user_date_format().replace("mm", "MM") + " " + get_user_time_format()
    return babel_datetime(get_datetime(datetime_string), shape, locale=_locale())


def _locale() -> str:
    return (getattr(frappe.local, "lang", None) or "en").replace("-", "_")


def format_timedelta(o: Any) -> str:
    """ "H:MM:SS[.ffffff]"; hours may be more than a day."""
    span = o if isinstance(o, datetime.timedelta) else to_timedelta(o)
    total = abs(span)
    hours = total.days * 24 + total.seconds // 3600
    text = f"{hours}:{total.seconds // 60 % 60:02}:{total.seconds % 60:02}"
    text += f".{total.microseconds:06}" if total.microseconds else ""
    return "-" + text if span < datetime.timedelta() else text


def format_duration(seconds: Any, hide_days: bool = False) -> str:
    """ "1d 2h 3m 4s" without the empty parts."""
    rest, parts = cint(seconds), []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        if unit == "d" and hide_days:
            continue
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts)


# -- text -------------------------------------------------------------------


def generate_hash(*args: Any, **kwargs: Any) -> str:
    """Random hex digits; the first argument of old callers (a seed) is ignored."""
    length = kwargs.get("length") or (args[1] if len(args) > 1 else None) or 56
    return secrets.token_hex(math.ceil(length / 2))[:length]


def escape_html(text: Any) -> Any:
    return escape(text) if isinstance(text, str) else text


def is_html(text: Any) -> bool:
    return isinstance(text, str) and bool(re.search(r"<[a-zA-Z!/][^>]*>", text))


def strip_html(text: str) -> str:
    """Text without its tags."""
    return HTML_TAG_PATTERN.sub("", text)


def strip(val: str, chars: str | None = None) -> str:
    return (val or "").replace("\ufeff", "").replace("\u200b", "").strip(chars)


def unescape_html(value: str) -> str:
    return unescape(value)


def quoted(url: str) -> str:
    return quote(strip(url), safe="~@#$&()*!+=:;,.?/'")


def validate_json_string(string: str) -> None:
    try:
        json.loads(string)
    except (TypeError, ValueError):
        raise frappe.ValidationError from None


# -- lists and comparisons --------------------------------------------------


def unique(seq: Sequence[T]) -> list[T]:
    return list(dict.fromkeys(seq))


def has_common(l1: Iterable[Any], l2: Iterable[Any]) -> bool:
    return bool(set(l1) & set(l2))


def comma_or(some_list: Any, add_quotes: bool = True) -> Any:
    return comma_sep(some_list, frappe._("{0} or {1}"), add_quotes)


def comma_and(some_list: Any, add_quotes: bool = True) -> Any:
    return comma_sep(some_list, frappe._("{0} and {1}"), add_quotes)


def comma_sep(some_list: Any, pattern: str, add_quotes: bool = True) -> Any:
    if not isinstance(some_list, list | tuple):
        return some_list
    texts = [cstr(part) for part in some_list]
    if len(texts) < 2:
        return texts[0] if texts else ""
    if add_quotes:
        texts = [f"'{text}'" for text in texts]
    return pattern.format(", ".join(texts[:-1]), texts[-1])


def sql_like(value: str, pattern: str) -> bool:
    """Whether the text contains the pattern's words, case ignored, `%` as in SQL."""
    shape = re.escape(str(pattern)).replace("%", ".*").replace("_", ".")
    return bool(re.fullmatch(shape, str(value or ""), re.I | re.S))


def filter_operator_is(value: Any, pattern: str) -> bool:
    if pattern.lower() not in ("set", "not set"):
        frappe.throw(frappe._("Invalid argument for operator 'IS'"))
    return bool(value) == (pattern.lower() == "set")


def _is_in(value: Any, options: Any) -> bool:
    return value in ([part.strip() for part in options.split(",")] if isinstance(options, str) else options)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda one, two: one is not None and two is not None and test(one, two)


operator_map: dict[str, Callable[[Any, Any], Any]] = {
    "in": _is_in,
    "not in": lambda one, two: not _is_in(one, two),
    "=": operator.eq,
    "!=": operator.ne,
    ">": _ordered(operator.gt),
    "<": _ordered(operator.lt),
    ">=": _ordered(operator.ge),
    "<=": _ordered(operator.le),
    "like": sql_like,
    "not like": lambda one, two: not sql_like(one, two),
    "is": filter_operator_is,
    "between": lambda one, two: one is not None and two[0] <= one <= two[1],
}


def compare(val1: Any, condition: str, val2: Any, fieldtype: str | None = None) -> bool:
    if fieldtype:
        val1, val2 = cast(fieldtype, val1), cast(fieldtype, val2)
    return bool(operator_map[condition](val1, val2)) if condition in operator_map else False


def make_filter_tuple(doctype: str, key: str, value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return [doctype, key, value[0], value[1]]
    return [doctype, key, "=", value]


CASTS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("Currency", "Float", "Percent"), flt),
    **dict.fromkeys(("Int", "Check"), cint),
    **dict.fromkeys(
        ("Data", "Text", "Small Text", "Long Text", "Text Editor", "Select", "Link", "Dynamic Link"), cstr
    ),
    "Date": lambda value: getdate(value) if value else datetime.date.min,
    "Datetime": lambda value: get_datetime(value) if value else datetime.datetime.min,
    "Time": lambda value: get_timedelta(value) if value else datetime.timedelta(0),
}


def cast(fieldtype: str, value: Any = None) -> Any:
    """The value in the Python type of the field type; an unset one becomes that type's zero."""
    return CASTS[fieldtype](value) if fieldtype in CASTS else value


# -- money --------------------------------------------------------

NUMBER_FORMATS: dict[str, tuple[str, str, int]] = {
    "#,###.##": (".", ",", 2),
    "#.###,##": (",", ".", 2),
    "# ###.##": (".", " ", 2),
    "# ###,##": (",", " ", 2),
    "#'###.##": (".", "'", 2),
    "#, ###.##": (".", ", ", 2),
    "#,##,###.##": (".", ",", 2),
    "#,###.###": (".", ",", 3),
    "#.###": ("", ".", 0),
    "#,###": ("", ",", 0),
}


def get_number_format_info(format: str) -> tuple[str, str, int]:
    """Decimal sign, thousands sign, decimals of a number format."""
    return NUMBER_FORMATS.get(format) or (".", ",", 2)


def fmt_money(
    amount: Any, precision: int | None = None, currency: str | None = None, format: str | None = None
) -> str:
    """A number in the site's number format, with the currency's symbol if one is named."""
    number_format = format or _default("number_format") or "#,###.##"
    decimal_sign, group_sign, digits = get_number_format_info(number_format)
    digits = digits if precision is None else cint(precision)
    number = flt(amount)
    if digits > 2:
        digits = min(digits, max(2, len(repr(number).partition(".")[2])))
    whole, _, part = f"{rounded(abs(number), digits):.{digits}f}".partition(".")
    text = _grouped(whole, group_sign, 2 if number_format == "#,##,###.##" else 3)
    text = ("-" if number < 0 else "") + text + (decimal_sign + part if part and decimal_sign else "")
    symbol = (
        currency
        and _default("hide_currency_symbol") != "Yes"
        and (_currency(currency).get("symbol") or currency)
    )
    return f"{symbol} {text}" if symbol else text


def _grouped(digits: str, sign: str, size: int) -> str:
    head, groups = digits[:-3], [digits[-3:]]
    while head:
        groups.insert(0, head[-size:])
        head = head[:-size]
    return sign.join(groups)


def _currency(name: str) -> dict[str, Any]:
    if not getattr(frappe.local, "db", None) or not frappe.db.exists("DocType", "Currency", cache=True):
        return {}
    return frappe.db.get_value("Currency", name, ["symbol", "number_format"], as_dict=True, cache=True) or {}


# -- links ------------------------------------------------------------------


def get_host_name_from_request() -> str:
    request = getattr(frappe.local, "request", None)
    if not request:
        return ""
    return f"{request.headers.get('X-Forwarded-Proto') or request.scheme}://{request.host}"


def get_url(uri: str | None = None, full_address: bool = False) -> str:
    """An absolute address on this site: of the request, else of the configured host."""
    if uri and uri.startswith(("http://", "https://")):
        return uri
    base = frappe.local.conf.get("host_name") or get_host_name_from_request() or _configured_address()
    if not base.startswith(("http://", "https://")):
        base = "http://" + base
    return urljoin(base, uri) if uri else base


def _configured_address() -> str:
    site, port = frappe.local.site, frappe.local.conf.get("webserver_port")
    return f"http://{site}:{port}" if port and frappe.local.conf.get("developer_mode") else f"http://{site}"


def get_absolute_url(doctype: str, name: str) -> str:
    return f"/app/{quoted(slug(doctype))}/{quoted(name)}"


def get_url_to_form(doctype: str, name: str) -> str:
    return get_url(uri=get_absolute_url(doctype, name))


def get_url_to_list(doctype: str) -> str:
    return get_url(uri=f"/app/{quoted(slug(doctype))}")


def get_link_to_form(doctype: str, name: str, label: str | None = None) -> str:
    return f'<a href="{get_url_to_form(doctype, name)}">{label or name}</a>'


def slug(text: str) -> str:
    return text.lower().replace(" ", "-")


# -- settings as defaults ---------------------------------------------------


def _site_setting(key: str) -> Any:
    """A value of System Settings, or None where no site is connected or it is being made."""
    if not getattr(frappe.local, "db", None) or frappe.local.flags.in_install == "frappe":
        return None
    return frappe.get_system_settings(key)


def _default(key: str) -> Any:
    return frappe.db.get_default(key) if getattr(frappe.local, "db", None) else None
