"""Compiles GS1's Barcode Syntax Dictionary (its text form) into `dictionary.json`.

Run by hand when GS1 publishes a new dictionary:
    python -m med_trace.domain.gs1.compile gs1-syntax-dictionary.txt > dictionary.json
Knows the file format only; what the entries mean is said in `dictionary.py`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

ENTRY = re.compile(
    r"^(?P<ai>\d{2,4}(-\d{2,4})?)\s+(?P<flags>[*?]*)\s*(?P<rest>[^#]*?)\s*(#\s*(?P<title>.*))?$"
)
COMPONENT = re.compile(
    r"^(?P<open>\[)?(?P<charset>[NXYZ])(?P<variable>\.\.)?(?P<length>\d+)\]?(?P<linters>(,\w+)*)$"
)
NOTICE = (
    "Compiled from the GS1 Barcode Syntax Dictionary. Copyright (c) 2020-2021 BWIPP project, Zint Project; "
    "2021-2025 GS1 AISBL. Licensed under the Apache License, Version 2.0."
)


def compile_entry(line: str) -> dict[str, Any]:
    match = ENTRY.match(line)
    if not match:
        raise ValueError(f"not a dictionary entry: {line!r}")
    entry: dict[str, Any] = {"ai": match["ai"], "title": (match["title"] or "").strip()}
    entry |= {"fixed": "*" in match["flags"], "attribute": "?" in match["flags"], "components": []}
    for word in match["rest"].split():
        component = COMPONENT.match(word)
        if component:
            entry["components"].append(_component(component))
        else:
            _attribute(entry, word)
    return entry


def _component(match: re.Match[str]) -> list[Any]:
    length = int(match["length"])
    linters = [name for name in match["linters"].split(",") if name]
    return [match["charset"], 1 if match["variable"] else length, length, bool(match["open"]), linters]


def _attribute(entry: dict[str, Any], word: str) -> None:
    name, _, value = word.partition("=")
    if name == "dlpkey":
        entry["key"] = [part.split(",") if part else [] for part in value.split("|")]
    elif name == "req":
        entry.setdefault("requires", []).append([group.split("+") for group in value.split(",")])
    elif name == "ex":
        entry.setdefault("excludes", []).extend(value.split(","))
    else:
        raise ValueError(f"unknown attribute {word!r} of AI {entry['ai']}")


def compile_dictionary(lines: Iterator[str]) -> dict[str, Any]:
    entries = [
        compile_entry(line.rstrip("\n")) for line in lines if line.strip() and not line.startswith("#")
    ]
    return {"notice": NOTICE, "identifiers": entries}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        compiled = compile_dictionary(iter(source))
    rows = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in compiled["identifiers"])
    print(f'{{"notice": {json.dumps(compiled["notice"])},\n"identifiers": [\n{rows}\n]}}')
