"""Take the pictures of README and guide from a running server with the demo ledger.

    ./dev run                                     # in another terminal
    ./dev exec python -m devtools.screenshots http://localhost:8069

Needs Chromium and websocket-client, which ./dev test installs. Other screens:
    ... --login auditor --path /odoo/collections-cases --name cases
"""

import argparse
import base64
import io
import itertools
import json
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.request

import websocket
from PIL import Image

from devtools.shots import (
    CONTRACTS,
    FIND_LATE,
    HEIGHT,
    ROW,
    SHOTS,
    SUBMIT,
    UPLOAD,
    WIDTH,
    Shot,
    send_report,
)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TIMEOUT = 60
PICTURES = pathlib.Path(__file__).parent.parent / "account_admin/static/guide/images"
COLOURS = 128


class Browser:
    """A headless Chromium, spoken to by its DevTools protocol."""

    def __init__(self):
        program = next(filter(None, map(shutil.which, BROWSERS)), None)
        if not program:
            raise SystemExit("Chromium is needed: install it or run ./dev test once.")
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [
                program,
                "--headless=new",
                "--no-sandbox",
                "--hide-scrollbars",
                "--disable-gpu",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={self.profile.name}",
                f"--window-size={WIDTH},{HEIGHT}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.ids = itertools.count(1)
        self.errors = []
        self.socket = websocket.create_connection(self._find_page(), timeout=TIMEOUT)
        for domain in ("Page", "Runtime"):
            self.call(f"{domain}.enable")

    def _find_page(self):
        port_file = pathlib.Path(self.profile.name, "DevToolsActivePort")
        for _attempt in range(100):
            if port_file.exists() and port_file.read_text().strip():
                break
            time.sleep(0.2)
        port = port_file.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = json.load(answer)
        return next(p for p in pages if p["type"] == "page")["webSocketDebuggerUrl"]

    def call(self, method, **params):
        number = next(self.ids)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("method") == "Runtime.exceptionThrown":
                details = message["params"]["exceptionDetails"]
                self.errors.append(
                    details.get("exception", {}).get("description", details["text"])
                )
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]

    def run(self, script):
        result = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")

    def open(self, url):
        self.call("Page.navigate", url=url)

    def wait(self, selector):
        check = f"!!document.querySelector({json.dumps(selector)})"
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            try:
                if self.run(check):
                    time.sleep(1.5)
                    return
            except RuntimeError:
                pass  # between two pages
            time.sleep(0.3)
        raise TimeoutError(f"{selector} does not appear")

    def picture(self, path, width=WIDTH, height=HEIGHT):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        time.sleep(1)
        data = self.call("Page.captureScreenshot", format="png")["data"]
        image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        # few colours: a screen needs no more and the file is a fifth
        image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)

    def login(self, url, login, password):
        self.call("Network.clearBrowserCookies")
        self.open(f"{url}/web/login")
        self.wait("input[name=login]")
        self.run(
            f"document.querySelector('input[name=login]').value = {json.dumps(login)};"
            f"document.querySelector('input[name=password]').value ="
            f" {json.dumps(password)};"
            "document.querySelector('form.oe_login_form').submit()"
        )
        self.wait(".o_main_navbar, .o_portal")

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()


def take(browser, url, shot, folder):
    browser.open(url + shot.path)
    browser.wait(shot.wait)
    if shot.script:
        browser.run(shot.script)
        browser.wait(shot.then or shot.wait)
    path = folder / f"{shot.name}.png"
    browser.picture(path, shot.width, shot.height)
    print(f"{path} ({path.stat().st_size // 1024} kB)")


def find_portal_path(browser):
    """Address of a case's page as its customer gets it, link and token included."""
    return browser.run(
        "fetch('/web/dataset/call_kw', {method: 'POST',"
        " headers: {'Content-Type': 'application/json'}, body: JSON.stringify({"
        "jsonrpc: '2.0', method: 'call', params: {model: 'collections.case',"
        " method: 'search_read', args: [[['state', '!=', 'closed']],"
        " ['access_url', 'access_token']], kwargs: {limit: 1,"
        " order: 'asked_amount desc'}}})}).then(r => r.json()).then(r =>"
        " r.result[0].access_url + '?access_token=' + r.result[0].access_token)"
    )


def take_as_customer(browser, url, folder):
    """The pages of a customer who follows the link in a notice, not logged in."""
    portal = Shot("portal", find_portal_path(browser), "#wrap table", height=700)
    browser.call("Network.clearBrowserCookies")
    take(browser, url, portal, folder)


def take_as_licensee(browser, url, folder):
    browser.open(url + CONTRACTS)
    browser.wait(ROW)
    late = browser.run(
        "(async () => { const { orm } = odoo.__WOWL_DEBUG__.root.env.services;"
        f" return (await {FIND_LATE})[0]; }})()"
    )
    browser.login(url, "licensee", "licensee")
    path = f"/my/royalties/{late['id']}"
    report = send_report(late["date_start"])
    take(browser, url, Shot("licensing_portal", path, UPLOAD, report, SUBMIT), folder)


#: Pictures that are taken as somebody else, who has to log in.
OTHERS = {"portal": take_as_customer, "licensing_portal": take_as_licensee}


def take_all(browser, options):
    """All pictures, or those that were named."""
    for shot in SHOTS:
        if not options.only or shot.name in options.only:
            take(browser, options.url, shot, options.folder)
    for name, take_other in OTHERS.items():
        if not options.only or name in options.only:
            browser.login(options.url, options.login, options.password or options.login)
            take_other(browser, options.url, options.folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", help="of the server, for example http://localhost:8069")
    parser.add_argument(
        "folder", type=pathlib.Path, nargs="?", default=PICTURES, help="where they go"
    )
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", help="the login itself by default")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="some of them")
    parser.add_argument("--path", help="one screen that is none of them")
    parser.add_argument("--name", default="screen")
    parser.add_argument("--wait", default=".o_control_panel")
    parser.add_argument("--script", default="")
    parser.add_argument("--then", default="")
    parser.add_argument("--width", type=int, default=WIDTH)
    parser.add_argument("--height", type=int, default=HEIGHT)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    try:
        browser.login(options.url, options.login, options.password or options.login)
        if options.path:
            own = (options.name, options.path, options.wait, options.script)
            size = (options.width, options.height)
            shot = Shot(*own, options.then, *size)
            take(browser, options.url, shot, options.folder)
        else:
            take_all(browser, options)
    finally:
        browser.close()
    for error in browser.errors:
        print(f"The page reported: {error}")


if __name__ == "__main__":
    main()
