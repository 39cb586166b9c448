"""The pictures of the README: pages of `kg serve` over data/reports, taken by Chromium.

    make screenshots

Needs Debian's chromium and a Chinese font (apt-get install chromium fonts-noto-cjk); Playwright is in the dev group.
"""

import base64
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from kg.builds.build import build

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1180, "height": 880}
QUALITY = 82  # of WebP: text stays clean, and a picture below 150 KB
LARGEST = 150_000
QUERY = """SELECT ?reform (COUNT(DISTINCT ?region) AS ?regions) WHERE {
  ?region kg:adopts/skos:prefLabel ?reform
  FILTER(LANG(?reform) = "zh-hans")
}
GROUP BY ?reform ORDER BY DESC(?regions) ?reform LIMIT 9"""


@contextmanager
def served() -> Iterator[str]:
    """Give the address of `kg serve`."""
    with tempfile.TemporaryDirectory() as folder:
        build([ROOT / "data" / "reports"], Path(folder))
        command = [sys.executable, "-m", "kg", "serve", "-g", folder, "--port", "0", "--quiet"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own
            yield process.stdout.readline().strip() if process.stdout else ""
            process.terminate()


def overview(page: Page, url: str) -> None:
    """Show the map and the matrix."""
    page.goto(url)


def report(page: Page, url: str) -> None:
    """Show a report with a figure chosen."""
    rows = page.request.get(f"{url}api/reports").json()["rows"]
    page.goto(url.rstrip("/") + next(row["path"] for row in rows if "2024-徐闻县" in row["file"]))
    page.locator(".m.k-figure", has_text="265585").click()
    page.locator(".m.on").first.scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, document.querySelector('.reading').offsetTop + 330)")


def sparql(page: Page, url: str) -> None:
    """Show a query with its chart."""
    page.goto(f"{url}sparql?view=chart")
    page.fill("[data-editor]", QUERY)
    page.click("button.main")
    page.wait_for_selector(".chart")
    page.evaluate("window.scrollTo(0, document.querySelector('.editor').offsetTop - 70)")


def main() -> None:
    """Take all pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("there is no chromium: apt-get install chromium fonts-noto-cjk")
    FOLDER.mkdir(exist_ok=True)
    with served() as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport=SIZE, locale="zh-CN", color_scheme="light")
        for show in (overview, report, sparql):
            show(page, url)
            page.wait_for_timeout(300)
            take(page, FOLDER / f"serve-{show.__name__}.webp")
        browser.close()


def take(page: Page, path: Path) -> None:
    """Write what the page shows as WebP, which Playwright itself doesn't."""
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.write_bytes(base64.b64decode(shot["data"]))
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}  {size // 1000} KB")
    if size > LARGEST:
        raise SystemExit(f"is larger than {LARGEST // 1000} KB")


if __name__ == "__main__":
    main()
