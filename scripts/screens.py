"""Takes the pictures of the pages in docs/screens, on a demo site made for it and thrown away.

Called by scripts/screens. Small files: few colours, no metadata. Ends with 3 where no Chromium is there.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from PIL import Image  # noqa: E402

from visitor import DESK, PHONE, Visitor  # noqa: E402
from web import free_port, wait_for  # noqa: E402

SCREENS = ROOT / "docs" / "screens"
SITE = "screens.localhost"
BENCH = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LAST = "trace-10000-lots"  # its lots would fill the other pictures
MANY_LOTS = ROOT / "tests" / "e2e" / "many_lots.py"
COLOURS = 64
LARGEST = 150_000

Step = Callable[[Any], object]


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at which page, how large, in which language, after which steps."""

    name: str
    person: str
    path: str
    size: tuple[int, int] = DESK
    lang: str = "en"
    steps: tuple[Step, ...] = ()


def press(name: str, role: str = "button") -> Step:
    return lambda page: page.get_by_role(role, name=name).first.click()


def fill(label: str, value: str) -> Step:
    return lambda page: page.get_by_label(label, exact=True).first.fill(value)


def key(name: str) -> Step:
    return lambda page: page.keyboard.press(name)


def see(text: str) -> Step:
    return lambda page: page.get_by_text(text).first.wait_for()


def start_operation(page: Any) -> None:
    page.get_by_role("button", name="Start 30 Passivation of SC-2604").click()
    page.get_by_role("dialog").get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Finish operation").wait_for()


def measure(page: Any) -> None:
    """The results of an incoming inspection, the last of them close to the limit."""
    page.get_by_role("button", name="Inspect TUB-4530").click()
    page.get_by_role("button", name="Submit inspection").wait_for()
    for number, value in enumerate(("4.08", "4.11", "4.10", "4.19"), start=1):
        page.get_by_label(f"Outer diameter, sample {number}", exact=True).fill(value)
    page.get_by_text("✓ Saved").wait_for()


CAVITY = '/med-trace/recall/new?criteria=[["Tool","MOULD-8C-01"],["Cavity","5"]]'

SHOTS = (
    Shot("home-operator-phone", "operator", "/med-trace", PHONE),
    Shot("home-quality", "quality", "/med-trace"),
    Shot("scan-phone", "operator", "/med-trace/scan?code=S2601-003", PHONE),
    Shot("work-phone", "operator", "/med-trace/work", PHONE, steps=(
        start_operation, fill("Acid concentration", "22.4"), key("Enter"), fill("Bath temperature", "53.6"), key("Enter"))),
    Shot("inspect", "inspector", "/med-trace/inspect", steps=(measure,)),
    Shot("lot", "quality", "/med-trace/lot/SC-2601"),
    Shot("lot-phone-zh", "quality", "/med-trace/lot/SC-2601", PHONE, "zh"),
    Shot("release", "quality", "/med-trace/release/SC-2605"),
    Shot("release-sign-zh", "quality", "/med-trace/release/SC-2605", lang="zh", steps=(
        lambda page: page.locator("main").get_by_role("button", name="签").first.click(),)),
    Shot("trace", "quality", "/med-trace/trace/TI-H817?focus=SC-2601"),
    Shot("trace-phone-zh", "quality", "/med-trace/trace/TI-H817", PHONE, "zh"),
    Shot("trace-10000-lots", "quality", "/med-trace/trace/RES-BIG", steps=(
        press("Open the group: 1,499 lots"), see("On Hold"))),
    Shot("trace-timeline", "supervisor", "/med-trace/trace/SC-2601?direction=both&view=timeline"),
    Shot("recall-scope", "regulatory", CAVITY, steps=(see("The slice spares"),)),
    Shot("recall", "regulatory", "/med-trace/recall/RCL-2026-0001"),
    Shot("quality", "quality", "/med-trace/quality"),
    Shot("records-zh", "supervisor", "/med-trace/records/Material Lot?state=!=Released", lang="zh"),
    Shot("configure", "administrator", "/med-trace/configure"),
    Shot("public-phone", "", "/01/09521234001010/10/SC-2601/21/S2601-003", PHONE),
)  # fmt: skip


def main() -> int:
    wanted = set(sys.argv[1:])
    if not CHROMIUM:
        print("No browser is there: apt-get install chromium (as root, on Debian).", file=sys.stderr)
        return 3
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(make_site(Path(folder))) as address:
        take([shot for shot in SHOTS if shot.name != LAST and (not wanted or shot.name in wanted)], address)
        if not wanted or LAST in wanted:
            run([sys.executable, str(MANY_LOTS), SITE], Path(folder) / "sites")
            take([shot for shot in SHOTS if shot.name == LAST], address)
    return 0


def make_site(folder: Path) -> Path:
    """A new site with the demo plant."""
    sites = folder / "sites"
    sites.mkdir()
    (folder / "logs").mkdir()
    for name in ("apps.txt", "common_site_config.json"):
        shutil.copy(ROOT / "sites" / name, sites / name)
    apps = ["--install-app", "erpnext", "--install-app", "med_trace"]
    run([*BENCH, "new-site", SITE, "--admin-password", "admin", *apps], sites)
    run([*BENCH, "--site", SITE, "med-trace", "demo"], sites)
    return sites


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def served(sites: Path) -> Iterator[str]:
    port, log = free_port(), sites / "served"
    with log.open("w") as output:
        server = subprocess.Popen(
            [*BENCH, "--site", SITE, "serve", "--port", str(port), "--noreload"],
            cwd=sites,
            stdout=output,
            stderr=output,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def take(shots: list[Shot], address: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for shot in shots:
            size = small(picture_of(browser, shot, address), SCREENS / f"{shot.name}.png")
            print(f"{shot.name:24} {size / 1000:6.0f} KB", flush=True)
        browser.close()


def picture_of(browser: Any, shot: Shot, address: str) -> bytes:
    width, height = shot.size
    phone = width < 500
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2 if phone else 1,
        is_mobile=phone,
        has_touch=phone,
        reduced_motion="reduce",
    )
    visitor = Visitor(context, address)
    if shot.person:
        visitor.log_in(shot.person)
        visitor.speak(shot.lang)
    page = visitor.go(shot.path)
    page.wait_for_load_state("networkidle")
    for step in shot.steps:
        step(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)  # what slides in has come to rest
    picture: bytes = page.screenshot()
    context.close()
    return picture


def small(picture: bytes, path: Path) -> int:
    """Writes it with as many colours as fit into the size that a repository likes."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (COLOURS, 32, 16):
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            break
    return path.stat().st_size


if __name__ == "__main__":
    raise SystemExit(main())
