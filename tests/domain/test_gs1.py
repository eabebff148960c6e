"""GS1 codes: what is read is what was written, and what GS1's rules refuse is refused."""

import string
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from med_trace.domain import gs1
from med_trace.domain.gs1 import digital_link, element_string
from med_trace.domain.gs1.check_digit import CSET_82
from med_trace.domain.gs1.dates import full_year
from med_trace.domain.gs1.dictionary import identifiers
from med_trace.domain.gs1.rules import require_valid

pytestmark = pytest.mark.requirement("ID-3")

TODAY = date(2026, 11, 22)
GTIN = "09506000134352"
GS = "\x1d"
FIELDS = {"01": GTIN, "17": "281231", "10": "ABC123", "21": "SER/9"}

gtins = st.from_regex(r"[0-9]{13}", fullmatch=True).map(gs1.with_check_digit)
codes = st.text(alphabet=CSET_82, min_size=1, max_size=20)
plain_codes = st.text(alphabet=string.ascii_letters + string.digits + "-/._", min_size=1, max_size=20)
dates = st.dates(date(2000, 1, 1), date(2070, 12, 31))


@st.composite
def labels(draw, values=codes):
    return gs1.Gs1Data.of(
        TODAY,
        gtin=draw(gtins),
        lot=draw(st.one_of(st.just(""), values)),
        serial=draw(st.one_of(st.just(""), values)),
        expiry=draw(st.one_of(st.none(), dates)),
        produced=draw(st.one_of(st.none(), dates)),
    )


@given(labels(), st.sampled_from(["", GS, "]C1", "]d2", "]Q3", "]d2" + GS]))
def test_an_element_string_reads_back_with_any_prefix(label, prefix):
    assert gs1.read(prefix + label.element_string(), TODAY).fields == label.fields


@given(labels(plain_codes))
def test_the_bracketed_text_reads_back(label):
    assert gs1.read(label.human_readable(), TODAY).fields == label.fields


@given(labels())
def test_a_digital_link_reads_back(label):
    address = label.digital_link("https://id.example.com")
    assert address.startswith(f"https://id.example.com/01/{label.gtin}")
    assert gs1.read(address, TODAY).fields == label.fields


@given(labels(plain_codes))
def test_lost_separators_leave_the_true_reading_among_the_candidates(label):
    lost = label.element_string().replace(GS, "")
    assert label.fields in [candidate.fields for candidate in element_string_readings(lost)]


def element_string_readings(code):
    return [gs1.Gs1Data(fields, TODAY) for fields in element_string.readings(code, TODAY, limit=10_000)]


@given(labels())
def test_dates_and_codes_come_back_by_name(label):
    again = gs1.read(label.element_string(), TODAY)
    assert (again.gtin, again.lot, again.serial) == (label.gtin, label.lot, label.serial)
    assert (again.expiry, again.produced) == (label.expiry, label.produced)


@given(gtins, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(gtin, place, step):
    digits = list(gtin)
    digits[place] = str((int(digits[place]) + step) % 10)
    assert not gs1.is_valid_key("".join(digits))
    with pytest.raises(gs1.WrongValue, match="check digit"):
        gs1.read("01" + "".join(digits), TODAY)


@given(st.text(max_size=60))
def test_anything_else_is_refused_by_name_and_never_crashes(text):
    try:
        gs1.read(text, TODAY)
    except gs1.Gs1Error as error:
        assert str(error)


def test_a_known_string_is_cut_where_the_standard_says():
    assert gs1.read(f"01{GTIN}17281231" + f"10ABC123{GS}21SER/9", TODAY).fields == FIELDS


def test_separator_after_the_last_or_a_fixed_value_does_no_harm():
    assert gs1.read(f"01{GTIN}{GS}17281231{GS}10ABC123{GS}21SER/9{GS}", TODAY).fields == FIELDS


def test_keys_and_fixed_values_come_first_so_that_few_separators_are_needed():
    assert element_string.build(FIELDS, TODAY) == f"01{GTIN}1728123110ABC123{GS}21SER/9"
    assert gs1.Gs1Data(FIELDS, TODAY).human_readable() == f"(01){GTIN}(17)281231(10)ABC123(21)SER/9"


def test_a_digital_link_has_ordered_qualifiers_and_encodes_characters():
    address = digital_link.build(FIELDS, "https://id.example.com/", TODAY)
    assert address == f"https://id.example.com/01/{GTIN}/10/ABC123/21/SER%2F9?17=281231"


@pytest.mark.parametrize(
    "address",
    [
        f"https://id.example.com/some/where/01/{GTIN}/10/ABC123/21/SER%2F9?17=281231&linkType=gs1:pip",
        f"HTTPS://id.example.com/01/{GTIN}/10/ABC123/21/SER%2F9?17=281231#top",
        f"https://id.example.com/01/{GTIN[1:]}/10/ABC123/21/SER%2F9?17=281231",
    ],
)
def test_digital_links_of_other_shapes_are_read(address):
    assert gs1.read(address, TODAY).fields == FIELDS


@pytest.mark.parametrize(
    "code, error, words",
    [
        ("", gs1.UnknownIdentifier, "empty"),
        (f"01{GTIN}1728133110A", gs1.WrongValue, "YYMMDD"),
        (f"01{GTIN}1728023010A", gs1.WrongValue, "YYMMDD"),
        ("0195060001343", gs1.WrongValue, "14 characters"),
        (f"01{GTIN}10" + "A" * 21, gs1.WrongValue, "at most 20"),
        (f"01{GTIN}10A~B", gs1.WrongValue, "'~'"),
        (f"01{GTIN}10A BC", gs1.WrongValue, "' '"),
        (f"01{GTIN}10", gs1.WrongValue, "at least 1"),
        ("10ABC", gs1.WrongCombination, "needs"),
        (f"02{GTIN}", gs1.WrongCombination, r"\(37\)"),
        (f"01{GTIN}3712", gs1.WrongCombination, "must not"),
        (f"01{GTIN}10A{GS}10B", gs1.WrongCombination, "twice"),
        (f"01{GTIN}21S{GS}235X", gs1.WrongCombination, "must not"),
        (f"01{GTIN}7003271231", gs1.WrongValue, "10 characters"),
        (f"01{GTIN}422999", gs1.WrongValue, "country"),
        ("8901", gs1.UnknownIdentifier, "'8901'"),
        (f"(01){GTIN}(18)281231", gs1.WrongValue, "14"),
        ("https://id.example.com/catalogue/4711", gs1.UnknownIdentifier, "no GS1"),
        (f"https://id.example.com/01/{GTIN}/21/S/10/L", gs1.WrongCombination, "followed"),
        (f"https://id.example.com/01/{GTIN}?21=S", gs1.WrongCombination, "query"),
        (f"https://id.example.com/01/{GTIN}?18=S", gs1.UnknownIdentifier, "no GS1"),
    ],
)
def test_what_gs1_refuses_is_refused_with_its_reason(code, error, words):
    with pytest.raises(error, match=words):
        gs1.read(code, TODAY)


@pytest.mark.parametrize(
    "payload, whole",
    [("629104150021", "6291041500213"), ("0950600013435", GTIN), ("10614141192837465", "106141411928374657")],
)
def test_check_digits_of_published_examples(payload, whole):
    assert gs1.with_check_digit(payload) == whole


def test_an_sscc_is_made_of_extension_prefix_serial_and_check_digit():
    code = gs1.sscc("9506000", 42, extension=3)
    assert (len(code), code[:8]) == (18, "39506000")
    assert gs1.read("00" + code, TODAY).sscc == code
    with pytest.raises(ValueError, match="no room"):
        gs1.sscc("950600012345", 10_000)


def test_a_global_model_number_of_the_general_specifications():
    assert gs1.read("80131987654Ad4X4bL5ttr2310c2K", TODAY).fields == {"8013": "1987654Ad4X4bL5ttr2310c2K"}
    with pytest.raises(gs1.WrongValue, match="check characters"):
        gs1.read("80131987654Ad4X4bL5ttr2310cXK", TODAY)


@given(st.integers(0, 99), st.integers(1990, 2120))
def test_a_two_digit_year_is_the_nearest_one(two_digits, year):
    found = full_year(two_digits, date(year, 6, 1))
    assert found % 100 == two_digits
    assert -49 <= found - year <= 50


def test_day_00_is_the_last_of_its_month():
    assert gs1.read_date("280200", TODAY) == date(2028, 2, 29)
    assert gs1.read_date("270200", TODAY) == date(2027, 2, 28)
    with pytest.raises(gs1.WrongValue, match="YYMMDD"):
        gs1.read(f"01{GTIN}7006270200", TODAY)


def test_the_dictionary_is_whole_and_no_identifier_begins_another():
    known = identifiers()
    assert len(known) > 500
    for ai in known:
        assert not [other for other in known if other != ai and other.startswith(ai)]
    for identifier in known.values():
        for rule in identifier.requires:
            for group in rule:
                assert all(set(pattern) <= set("0123456789n") for pattern in group)


@given(labels())
def test_biip_agrees_as_a_second_reader(label):
    biip = pytest.importorskip("biip")
    assume("\\" not in label.human_readable())
    message = biip.parse("]C1" + label.element_string()).gs1_message
    assert {element.ai.ai: element.value for element in message.element_strings} == dict(label.fields)


def test_a_pattern_of_partners_is_followed():
    require_valid({"01": GTIN, "3103": "001250", "3922": "1999"}, TODAY)
    with pytest.raises(gs1.WrongCombination):
        require_valid({"01": GTIN, "3922": "1999"}, TODAY)
