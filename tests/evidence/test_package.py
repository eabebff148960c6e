"""A package proves one lot to somebody without the system, shows nothing of other lots, and no change of it goes unseen."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import frappe
from builders import a_user, as_user
from med_trace.evidence import verify_evidence
from med_trace.evidence.package import package_of
from med_trace.ledger.audit import access, sealing

pytestmark = [pytest.mark.requirement("EVI-2", "AUD-4"), pytest.mark.usefixtures("screws")]
ROOT = Path(__file__).parents[2]
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def package(screws: Any) -> bytes:
    """Of the first lot, whose NCR over two lots names another one."""
    from med_trace.nonconformance.service import open_ncr

    one, other = screws.lots[:2]
    with as_user(a_user("Quality")):
        open_ncr("Wrong oil", [{"lot": one, "quantity": 1}, {"lot": other, "quantity": 1}], severity="Major")
    return package_of(one)


def files_of(package: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verified(files: Files, folder: Path) -> list[tuple[str, str]]:
    """What the stand-alone program finds."""
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return verify_evidence.Verification(verify_evidence.Source(path)).run()


def is_refused(files: Files, folder: Path) -> bool:
    try:
        return bool(verified(files, folder))
    except ValueError:
        return verify_evidence.main([str(folder / "package.zip")]) == 1


def lines_of(data: bytes) -> list[Any]:
    return [json.loads(line) for line in data.splitlines()]


def as_lines(values: list[Any]) -> bytes:
    return b"".join(verify_evidence.canonical(value) + b"\n" for value in values)


# -- what it is


def test_it_holds_everything_an_auditor_needs(package, screws):
    files = files_of(package)
    assert {
        "history.pdf",
        "history.json",
        "trace.json",
        "keys.json",
        "manifest.json",
        "manifest.sig",
    } <= files.keys()
    assert {"verify_evidence.py", "HOWTO.txt"} <= files.keys()
    manifest = json.loads(files["manifest.json"])
    assert manifest["lot"] == screws.lots[0] and manifest["counts"]["entries"] == len(
        files["audit/entries.jsonl"].splitlines()
    )
    assert len([name for name in files if name.startswith("files/")]) >= 2


def test_it_verifies_in_another_process_that_has_only_the_program_and_the_package(package, tmp_path):
    (tmp_path / "evidence.zip").write_bytes(package)
    (tmp_path / "verify_evidence.py").write_bytes(files_of(package)["verify_evidence.py"])
    done = subprocess.run(
        [sys.executable, "-I", "verify_evidence.py", "evidence.zip"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Everything holds." in done.stdout


def test_the_unpacked_folder_verifies_as_well(package, tmp_path):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert verify_evidence.main([str(tmp_path / "unpacked")]) == 0


def test_a_fingerprint_that_is_not_the_sites_is_found(package, tmp_path, capsys):
    (tmp_path / "evidence.zip").write_bytes(package)
    assert verify_evidence.main([str(tmp_path / "evidence.zip"), "--key", "00" * 32]) == 1
    printed = capsys.readouterr().out
    fingerprint = printed.split("first key: ")[1].split()[0]
    assert verify_evidence.main([str(tmp_path / "evidence.zip"), "--key", fingerprint]) == 0


def test_what_is_no_package_ends_with_2(tmp_path, capsys):
    (tmp_path / "other.zip").write_bytes(b"not a zip")
    assert verify_evidence.main([str(tmp_path / "other.zip")]) == 2
    assert verify_evidence.main([str(tmp_path / "missing.zip")]) == 2


def test_the_program_is_short_and_needs_only_cryptography():
    source = (ROOT / "tools" / "verify_evidence.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 400
    modules = {
        line.split()[1].split(".")[0]
        for line in source.splitlines()
        if line.strip().startswith(("import ", "from "))
    }
    assert modules - set(sys.stdlib_module_names) == {"cryptography"}


# -- the same bytes


def test_the_same_lot_gives_the_same_bytes_also_after_somebody_looked_at_it(package, screws):
    lot = screws.lots[0]
    access.read("Material Lot", lot, "Lot history (data)")
    access.exported("Material Lot", lot, "Evidence package (zip)")
    sealing.seal_now()
    assert package_of(lot) == package


# -- nothing of other lots


def test_no_byte_of_it_names_another_lot_or_unit(package, screws):
    files = files_of(package)
    for other in screws.lots[1:]:
        for word in (other, *screws.units[other]):
            assert [name for name, data in files.items() if word.encode() in data] == []


def test_what_concerns_another_lot_too_is_proven_without_being_shown(package, tmp_path):
    files = files_of(package)
    withheld = [line for line in lines_of(files["audit/entries.jsonl"]) if line.get("withheld")]
    assert {line["leaf"]["document_type"] for line in withheld} == {"NCR", "Trace Event"}
    assert all(not {"salt", "changes", "reason"} & line.keys() for line in withheld)
    hidden = [
        row for line in lines_of(files["audit/events.jsonl"]) for row in line["rows"] if "row" not in row
    ]
    assert hidden and all(set(row) == {"hash"} for row in hidden)
    assert verified(files, tmp_path) == []


def test_the_hash_of_a_hidden_row_cannot_be_guessed_from_what_is_shown(package, screws):
    """Even who knows every column of the hidden row cannot tell: its blind is not derived from what is shown."""
    import hashlib

    from med_trace.domain.audit_content import stored

    for line in lines_of(files_of(package)["audit/events.jsonl"]):
        hashes = {row["hash"] for row in line["rows"] if "row" not in row}
        blinds = [bytes.fromhex(row["blind"]) for row in (line["event"], *line["rows"]) if "blind" in row]
        for row in frappe.db.sql(
            "select * from `tabTrace Event Item` where parent = %s", line["name"], as_dict=True
        ):
            content = verify_evidence.canonical(stored(row))
            assert not hashes & {hashlib.sha256(blind + content).hexdigest() for blind in (b"", *blinds)}


# -- nothing goes unseen


def changed_leaf(files: Files) -> None:
    lines = lines_of(files["audit/entries.jsonl"])
    lines[3]["leaf"]["user"] = "somebody.else@example.com"
    files["audit/entries.jsonl"] = as_lines(lines)


def removed_entry(files: Files) -> None:
    lines = lines_of(files["audit/entries.jsonl"])
    del lines[5]
    files["audit/entries.jsonl"] = as_lines(lines)


def inserted_entry(files: Files) -> None:
    lines = lines_of(files["audit/entries.jsonl"])
    new = json.loads(json.dumps(lines[2]))
    new["leaf"]["name"] = lines[2]["leaf"]["name"] + "0"
    files["audit/entries.jsonl"] = as_lines([*lines[:3], new, *lines[3:]])


def moved_entry(files: Files) -> None:
    lines = lines_of(files["audit/entries.jsonl"])
    lines[1], lines[2] = lines[2], lines[1]
    files["audit/entries.jsonl"] = as_lines(lines)


def swapped_proofs(files: Files) -> None:
    lines = lines_of(files["audit/entries.jsonl"])
    lines[1]["proof"], lines[2]["proof"] = lines[2]["proof"], lines[1]["proof"]
    files["audit/entries.jsonl"] = as_lines(lines)


def entry_of_another_record(files: Files) -> None:
    lines = lines_of(files["audit/entries.jsonl"])
    records = [line for line in lines if line["leaf"]["kind"] == "Created"]
    records[0]["leaf"]["document_name"], records[1]["leaf"]["document_name"] = (
        records[1]["leaf"]["document_name"],
        records[0]["leaf"]["document_name"],
    )
    files["audit/entries.jsonl"] = as_lines(lines)


def changed_old_value(files: Files) -> None:
    lines = lines_of(files["audit/entries.jsonl"])
    line = next(line for line in lines if line.get("changes"))
    line["changes"] = line["changes"].replace('"field"', '"Field"', 1)
    files["audit/entries.jsonl"] = as_lines(lines)


def changed_row_of_an_event(files: Files) -> None:
    lines = lines_of(files["audit/events.jsonl"])
    next(row for line in lines for row in line["rows"] if "row" in row)["row"]["quantity"] = 7777
    files["audit/events.jsonl"] = as_lines(lines)


def removed_event(files: Files) -> None:
    files["audit/events.jsonl"] = as_lines(lines_of(files["audit/events.jsonl"])[1:])


def changed_signature(files: Files) -> None:
    lines = lines_of(files["audit/signatures.jsonl"])
    lines[0]["printed_name"] = "Somebody Else"
    files["audit/signatures.jsonl"] = as_lines(lines)


def signature_on_another_record(files: Files) -> None:
    lines = lines_of(files["audit/signatures.jsonl"])
    lines[0]["document_name"], lines[-1]["document_name"] = (
        lines[-1]["document_name"],
        lines[0]["document_name"],
    )
    files["audit/signatures.jsonl"] = as_lines(lines)


def changed_record(files: Files) -> None:
    lines = lines_of(files["audit/records.jsonl"])
    line = next(line for line in lines if line["document_type"] == "Process Record")
    line["content"] = line["content"].replace('"equipment":"', '"equipment":"X', 1)
    files["audit/records.jsonl"] = as_lines(lines)


def cut_seals(files: Files) -> None:
    files["audit/seals.jsonl"] = as_lines(lines_of(files["audit/seals.jsonl"])[:-1])


def changed_seal(files: Files) -> None:
    lines = lines_of(files["audit/seals.jsonl"])
    lines[-1]["statement"] = lines[-1]["statement"].replace('"count":', '"count":1', 1)
    files["audit/seals.jsonl"] = as_lines(lines)


def another_key(files: Files) -> None:
    keys = json.loads(files["keys.json"])
    keys[0]["public_key"] = "ab" * 32
    keys[0]["statement"] = keys[0]["statement"].replace(
        json.loads(keys[0]["statement"])["public_key"], "ab" * 32
    )
    files["keys.json"] = json.dumps(keys).encode()


def changed_certificate(files: Files) -> None:
    name = next(name for name in files if name.startswith("files/"))
    files[name] += b" "


def changed_history(files: Files) -> None:
    history = json.loads(files["history.json"])
    history["events"].pop()
    files["history.json"] = json.dumps(history).encode()


TAMPERING = [
    *(changed_leaf, removed_entry, inserted_entry, moved_entry, swapped_proofs, entry_of_another_record),
    *(
        changed_old_value,
        changed_row_of_an_event,
        removed_event,
        changed_signature,
        signature_on_another_record,
    ),
    *(changed_record, cut_seals, changed_seal, another_key, changed_certificate, changed_history),
]


def with_hashes_brought_up_to_date(files: Files) -> Files:
    """What somebody does who knows the format and has no key: the manifest names the changed files."""
    manifest = json.loads(files["manifest.json"])
    for name in manifest["files"]:
        manifest["files"][name] = {"sha256": verify_evidence.sha(files[name]), "size": len(files[name])}
    return {**files, "manifest.json": json.dumps(manifest, sort_keys=True, indent=1).encode()}


@pytest.mark.requirement("AUD-3")
@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda one: one.__name__)
def test_tampering_is_found_and_its_place_named(tamper: Callable[[Files], None], package, tmp_path):
    files = files_of(package)
    before = dict(files)
    tamper(files)
    (changed,) = [name for name in files if files[name] != before[name]]
    places = dict(verified(files, tmp_path))
    assert changed in places
    rehashed = dict(verified(with_hashes_brought_up_to_date(files), tmp_path))
    assert "manifest.json" in rehashed
    if changed not in ("history.json",) and not changed.startswith("files/"):
        assert len(rehashed) > 1, "besides the manifest, the place itself is named"


@pytest.mark.requirement("AUD-3")
def test_a_changed_byte_anywhere_is_found(package, tmp_path):
    """200 places by chance; the seed is in the message."""
    files, seed = files_of(package), 20_261_122
    chance = random.Random(seed)
    for number in range(200):
        name = chance.choice(sorted(files))
        position = chance.randrange(len(files[name]))
        changed = bytearray(files[name])
        changed[position] ^= 1 << chance.randrange(8)
        if name == "manifest.sig" and bytes(changed).strip().lower() == files[name].strip():
            continue  # the same number in capital letters
        found = is_refused({**files, name: bytes(changed)}, tmp_path)
        assert found, f"seed {seed}, change {number}: byte {position} of {name}"


def test_a_file_that_was_added_is_found(package, tmp_path):
    assert ("extra.txt", "is not named in manifest.json: it was added") in verified(
        {**files_of(package), "extra.txt": b"x"}, tmp_path
    )


@pytest.mark.requirement("AUD-3")
def test_a_record_changed_past_the_system_before_the_export_is_found(screws, tmp_path):
    """The site exports and signs what its database says; the entries say what it had been."""
    lot = screws.lots[1]
    name = frappe.db.get_value("Process Record", {"lot": lot, "operation_no": 20})
    frappe.db.sql("update `tabProcess Parameter` set value = 11 where parent = %s", name)
    found = verified(files_of(package_of(lot)), tmp_path)
    assert [place for place, _ in found] == [f"Process Record {name}"]
