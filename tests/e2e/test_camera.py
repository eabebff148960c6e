"""A phone's camera over a printed label: the browser is given a film of our own label instead of a lens."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from visitor import PHONE

LOT, UNIT = "SC-2601", "S2601-003"
FRAME = (1280, 720)
DEGREES = 4  # nobody holds a label straight


def film(picture: bytes, path: Path, frames: int = 20) -> Path:
    """A printed label on a grey bench, as YUV4MPEG2."""
    label = Image.open(io.BytesIO(picture)).convert("L")
    label.thumbnail((FRAME[0] * 9 // 10, FRAME[1] * 9 // 10))
    bench = Image.new("L", FRAME, 150)
    turned = label.rotate(DEGREES, expand=True, fillcolor=150, resample=Image.Resampling.BICUBIC)
    bench.paste(turned, ((FRAME[0] - turned.width) // 2, (FRAME[1] - turned.height) // 2))
    grey = bytes([128]) * (FRAME[0] * FRAME[1] // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F10:1 Ip A1:1 C420jpeg\n".encode())
        file.writelines([b"FRAME\n" + bench.tobytes() + grey] * frames)
    return path


@pytest.fixture(scope="module")
def camera(chromium: Any, logins: Any, address: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A browser whose camera sees the label of a unit."""
    plain = chromium()
    context = plain.new_context(storage_state=logins(address, "operator"), device_scale_factor=4)
    page = context.new_page()
    asked = f"{address}/api/method/med_trace.api.label.svg?doctype=Serial%20Unit&name={UNIT}"
    page.set_content(context.request.get(asked).json()["message"])
    picture = page.locator("svg").first.screenshot()
    context.close()
    path = film(picture, tmp_path_factory.mktemp("film") / "label.y4m")
    return chromium(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )


@pytest.mark.requirement("ID-5", "VIEW-2", "ID-4")
def test_the_camera_reads_our_own_printed_label(visit: Any, camera: Any) -> None:
    visitor = visit(*PHONE, person="operator", by=camera, permissions=["camera"])
    page = visitor.go("/med-trace/scan")
    page.get_by_role("button", name="Camera").click()
    page.get_by_role("heading", name=UNIT).wait_for()
    assert page.get_by_role("link", name=f"Open lot {LOT}").is_visible()


@pytest.mark.requirement("VIEW-2")
def test_a_camera_that_is_not_allowed_says_what_to_do(visit: Any) -> None:
    page = visit(*PHONE, person="operator").go("/med-trace/scan")
    page.get_by_role("button", name="Camera").click()
    page.get_by_role("alert").filter(has_text="camera").wait_for()
    assert page.get_by_role("textbox", name="Scan a label").is_visible()
