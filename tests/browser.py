"""A real browser for tests: Debian's Chromium, driven by Playwright; skipped with a reason where either is missing."""

import contextlib
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

SIZES = {1280: 900, 390: 844}
SCREENS = Path(__file__).parent.parent / "outputs" / "screens"
OURS = "Canvas2D: Multiple readback"  # what the browser says of a test that counts pixels
OPTIONS = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]


@contextlib.contextmanager
def chromium():
    api = pytest.importorskip("playwright.sync_api", reason="is not installed: pip install --group dev")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium: apt-get install chromium")
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


class Visitor:
    """A page that notes what may not happen: complaints, faults of scripts, requests to another origin."""

    def __init__(self, browser, url, width=1280, scheme="light"):
        self.url, self.width, self.complaints = url, width, []
        size = {"width": width, "height": SIZES.get(width, 900)}
        self.context = browser.new_context(viewport=size, locale="zh-CN", color_scheme=scheme, base_url=url)
        self.page = self.context.new_page()
        self.page.set_default_timeout(45_000)  # CI has the machine for itself; a person who tests may not
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        self.page.on("request", self._requested)

    def _said(self, said):
        if not said.text.startswith(OURS):
            self.complaints.append(f"{said.text} {said.location.get('url', '')}")

    def _requested(self, request):
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc and not request.url.startswith("data:"):
            self.complaints.append(f"a request to {request.url}")

    def goto(self, path):
        self.page.goto(path)
        return self.page

    def too_wide(self):
        return self.page.evaluate("document.documentElement.scrollWidth") > self.width

    def screen(self, name):
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}-{self.width}.png")


@contextlib.contextmanager
def visiting(browser, url, width=1280, scheme="light"):
    visitor = Visitor(browser, url, width, scheme)
    yield visitor
    visitor.context.close()
    assert not visitor.complaints, visitor.complaints
