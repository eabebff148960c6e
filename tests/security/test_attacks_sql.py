"""SQL where a value belongs: in every argument that the network can send, nothing of it reaches the database as SQL."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_received_lot, a_user
from proof.methods import of_frappe, ours
from proof.openapi import LIST_ARGUMENTS
from proof.size import chance, is_full, report, size
from web import Client, Reply

BENCH = os.environ.get("MED_TRACE_BENCH")  # Frappe's own methods answer 500 to much of this
SECRET = "S3CRET-OF-THE-TABLE"
PAYLOADS = (
    "'",
    '"',
    "`",
    "\\",
    "x' or '1'='1",
    "x') or ('1'='1",
    'x" or "1"="1',
    "1 or 1=1",
    "x'; drop table `tabMaterial Lot`; --",
    "x' union select name, secret from proof_secret --",
    "1) union select secret from proof_secret --",
    "name` from proof_secret --",
    "(select secret from proof_secret)",
    "`proof_secret`.`secret`",
    "name, (select secret from proof_secret) as x",
    "if((select secret from proof_secret) like 'S%', name, creation)",
    "case when exists(select 1 from proof_secret) then name else creation end",
    "name asc; update `tabUser` set enabled = 0",
    "x\\' or 1=1 -- ",
    "/**/or/**/1=1",
    "%' or name like '%",
    "1; attach database '/tmp/x' as x",
    "load_extension('x')",
    "randomblob(9)",
    "x\x00' or 1=1",
)
# What a database says when it was handed something that is no SQL; none of it is ours to show.
SYNTAX = ("syntax error", "unrecognized token", "no such column", "operationalerror", "programmingerror")
LISTS = (*LIST_ARGUMENTS, "parent")
ALL_ROLES = ("Operator", "Inspector", "Quality", "Supervisor", "Warehouse", "Regulatory")


@pytest.fixture
def person(client: Client) -> Iterator[Client]:
    """Somebody who may read much, and a table that nobody may."""
    frappe.db.sql_ddl("create table if not exists proof_secret (name varchar(140), secret varchar(140))")
    frappe.db.sql("insert into proof_secret values ('x', %s)", SECRET)
    user = a_user(*ALL_ROLES)
    a_received_lot()
    frappe.db.commit()
    yield client.login(user, PASSWORD).as_page()
    frappe.db.rollback()
    frappe.db.sql_ddl("drop table proof_secret")


def counted() -> dict[str, int]:
    """Rows of the tables that an injected statement would be after."""
    frappe.db.rollback()
    tables = (
        "User",
        "Material Lot",
        "Trace Event",
        "Trace Event Item",
        "Item",
        "DocType",
        "Electronic Signature",
    )
    return {name: frappe.db.count(name, {"enabled": 1} if name == "User" else None) for name in tables}


def assert_harmless(reply: Reply, sent: Any) -> None:
    text = reply.text.lower()
    assert SECRET.lower() not in text, sent
    assert reply.status < 500, (sent, reply.status, reply.text[-400:])
    assert not [word for word in SYNTAX if word in text], (sent, reply.text[-400:])


# -- every argument of every method


def requests() -> Iterator[tuple[str, dict[str, Any]]]:
    for method in (*ours(), *([] if BENCH else of_frappe())):
        if method.path.endswith((".logout", ".upload_file")):
            continue
        names = [argument.name for argument in method.arguments]
        plain = {name: "Material Lot" if name in ("doctype", "dt") else "x" for name in names}
        for name in names:
            for payload in PAYLOADS:
                yield method.path, {**plain, name: payload}
                yield method.path, {**plain, name: [payload]}
                yield method.path, {**plain, name: {payload: payload, "name": ["like", payload]}}


def test_no_argument_of_any_method_reaches_the_database_as_sql(person: Client) -> None:
    before = counted()
    every = list(requests())
    chosen = chance("sql").sample(every, min(size("sql"), len(every)))
    for path, values in chosen:
        assert_harmless(person.send("POST", f"/api/method/{path}", values), (path, values))
    assert counted() == before
    report("sql", requests=len(chosen), possible=len(every), found=0)


# -- lists over REST


def list_arguments(name: str, payload: str) -> Iterator[Any]:
    yield payload
    if name in ("fields",):
        yield json.dumps([payload])
        yield json.dumps(["name", f"{payload} as x", f"count({payload}) as y"])
        yield json.dumps([f"`tabMaterial Lot`.`{payload}`"])
    if name in ("filters", "or_filters"):
        yield json.dumps({"name": payload})
        yield json.dumps({payload: "x"})
        yield json.dumps([["Material Lot", payload, "=", "x"]])
        yield json.dumps([["Material Lot", "name", payload, "x"]])
        yield json.dumps([[payload, "name", "=", "x"]])
        yield json.dumps([["name", "in", [payload, "x"]]])
        yield json.dumps([["creation", "between", [payload, payload]]])
        yield json.dumps([["name", "is", payload]])
    if name in ("order_by", "group_by"):
        yield f"name {payload}"
        yield f"{payload} desc"
        yield f"name, {payload}"
        yield f"`tabMaterial Lot`.`{payload}`"


@pytest.mark.embedded_only
@pytest.mark.parametrize("name", LISTS)
def test_no_part_of_a_list_reaches_the_database_as_sql(person: Client, name: str) -> None:
    before = counted()
    every = [value for payload in PAYLOADS for value in list_arguments(name, payload)]
    for value in every if is_full() else chance(f"sql/{name}").sample(every, min(40, len(every))):
        assert_harmless(person.get("/api/resource/Material Lot", **{name: value}), (name, value))
        asked = person.call("frappe.desk.reportview.get", doctype="Material Lot", **{name: value})
        assert_harmless(asked, (name, value))
    assert counted() == before


def test_a_value_with_sql_in_it_finds_what_is_written_so_and_nothing_else(person: Client) -> None:
    everything = len(person.get("/api/resource/Material Lot", limit_page_length=0).json["data"])
    assert everything >= 1
    for payload in PAYLOADS:
        for operator in ("=", "like", "in", ">="):
            value = [payload] if operator == "in" else payload
            found = person.get("/api/resource/Material Lot", filters=[["name", operator, value]])
            if found.status == 200 and operator != ">=" and payload not in ("%' or name like '%",):
                assert found.json["data"] == [], (payload, operator)


@pytest.mark.embedded_only
def test_no_part_of_an_address_reaches_the_database_as_sql(person: Client) -> None:
    import urllib.parse

    before = counted()
    for payload in PAYLOADS:
        quoted = urllib.parse.quote(payload, safe="")
        for path in (
            f"/api/resource/{quoted}",
            f"/api/resource/Material Lot/{quoted}",
            f"/api/resource/{quoted}/x",
            f"/api/method/{quoted}",
            f"/private/files/{quoted}",
            f"/med-trace/lots/{quoted}",
            f"/01/{quoted}/10/{quoted}",
            f"/printview?doctype={quoted}&name={quoted}&format={quoted}",
        ):
            assert_harmless(person.send("GET", path), path)
    assert counted() == before


# -- what a person may not read is not read by asking for its order


@pytest.mark.embedded_only
def test_the_order_of_a_list_does_not_tell_what_another_table_holds(person: Client) -> None:
    for order in (
        "`tabUser`.`api_key` asc",
        "`tabUser`.api_key",
        "`__Auth`.`password`",
        "owner.api_key",
        "tabUser.api_key",
    ):
        reply = person.get("/api/resource/Material Lot", order_by=order)
        assert 400 <= reply.status < 500, (order, reply.text[-300:])
