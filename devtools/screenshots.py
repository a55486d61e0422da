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
from typing import NamedTuple

import websocket
from PIL import Image

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1440, 900
TIMEOUT = 60
PICTURES = pathlib.Path(__file__).parent.parent / "account_admin/static/guide/images"
COLOURS = 128


class Shot(NamedTuple):
    """One picture.

    :param path: address below the server's
    :param wait: CSS selector that must be there, outside of any loading state
    :param script: JavaScript to run before the picture, for example a click
    :param then: CSS selector to wait for after the script
    """

    name: str
    path: str
    wait: str
    script: str = ""
    then: str = ""
    width: int = WIDTH
    height: int = HEIGHT


def find_and_open(model, domain, method=""):
    """JavaScript that opens the first record found, or what its method opens."""
    return f"""(async () => {{
        const {{ orm, action }} = odoo.__WOWL_DEBUG__.root.env.services;
        const [id] = await orm.search({json.dumps(model)}, {json.dumps(domain)});
        const method = {json.dumps(method)};
        await action.doAction(
            method
                ? await orm.call({json.dumps(model)}, method, [[id]])
                : {{ type: "ir.actions.act_window", res_model: {json.dumps(model)},
                    res_id: id, views: [[false, "form"]] }});
    }})()"""


DRY_RUN = """(async () => {
    const { orm, action } = odoo.__WOWL_DEBUG__.root.env.services;
    const date = new Date(Date.now() + 3 * 864e5).toISOString().slice(0, 10);
    const ids = await orm.create("collections.dry.run", [{ date }]);
    const lines = await orm.call("collections.dry.run", "action_simulate", [ids]);
    lines.views = lines.view_mode.split(",").map((mode) => [false, mode]);
    await action.doAction(lines);
})()"""
OPEN_TAB = (
    """setTimeout(() => document.querySelector(".nav-link[name=%s]").click(), 5000)"""
)

REVIEW = """(async () => {
    const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
    const [id] = await orm.search("national.account", [["name", "like", "Crestline"]]);
    window.location = `/report/html/account_admin.review_national/${id}`;
})()"""

CLICK = "setTimeout(() => document.querySelector('%s').click(), 5000)"

# a report as the licensee of the statement that is late would send it
ROWS = """(day) => [
        "Sale Date,SKU,Description,Territory,Channel,Type,Units,Gross,Returns",
        `${day},NW-HOOD,Compass hoodie,US,Mass Market,Domestic,2300,82800.00,2484.00`,
        `${day},NW-TEE,Compass tee,US,Specialty,Domestic,5100,71400.00,1428.00`,
        `${day},NW-CAP,Compass cap,US,E-Com,Domestic,640,8960.00,0.00`,
    ].join("\\n")"""
FIND_LATE = """orm.searchRead(
        "licensing.statement", [["state", "=", "expected"]], ["date_start"])"""
REPORT = f"""(async () => {{
    const {{ orm, action }} = odoo.__WOWL_DEBUG__.root.env.services;
    const [late] = await {FIND_LATE};
    const file = ({ROWS})(late.date_start);
    const ids = await orm.create("licensing.import", [
        {{ statement_id: late.id, filename: "northwear.csv", file: btoa(file) }}]);
    await orm.call("licensing.import", "action_read", [ids]);
    await action.doAction({{ type: "ir.actions.act_window", res_id: ids[0],
        res_model: "licensing.import", views: [[false, "form"]] }});
}})()"""
UPLOAD = "form[action$=upload] input[type=file]"
SUBMIT = "form[action$=submit] button"


def send_report(day):
    """JavaScript that uploads the same report on the portal."""
    return f"""(() => {{
        const input = document.querySelector({json.dumps(UPLOAD)});
        const files = new DataTransfer();
        files.items.add(new File([({ROWS})({json.dumps(day)})], "northwear.csv"));
        input.files = files.files;
        input.form.submit();
    }})()"""


CASES = "/odoo/collections-cases"
CARD = ".o_kanban_record:not(.o_kanban_ghost)"
ACCOUNT = ["partner_id.name", "=", "Lantern Bay Music"]
CONTRACTS = "/odoo/licensing-contracts"
ROW = ".o_list_view .o_data_row"
PLUSH = ["title", "=", "Plush and puzzles"]
README_SHOTS = [
    Shot("cases", CASES, CARD, width=1680),
    Shot(
        "case",
        CASES,
        CARD,
        find_and_open("collections.case", [ACCOUNT]),
        ".o_account_admin_why",
        height=1060,
    ),
    Shot("dry_run", CASES, CARD, DRY_RUN, ".o_list_view .o_data_row"),
    Shot(
        "policy",
        CASES,
        CARD,
        find_and_open("collections.policy", [["name", "=", "Key accounts"]]),
        ".o_field_x2many_list .o_data_row",
    ),
    Shot(
        "partner",
        CASES,
        CARD,
        find_and_open("collections.case", [ACCOUNT], "action_view_partner")
        + "; "
        + OPEN_TAB % "collections",
        ".nav-link.active[name=collections]",
    ),
    Shot(
        "dashboard",
        "/odoo/receivables-dashboard",
        ".o-figure canvas",
        "new Promise((done) => setTimeout(done, 4000))",
        height=1250,
    ),
    Shot("aging", "/odoo/aging", ".o_list_view .o_group_header"),
    Shot(
        "licensing_contract",
        CONTRACTS,
        ROW,
        find_and_open("licensing.contract", [PLUSH]) + "; " + OPEN_TAB % "rates",
        ".nav-link.active[name=rates]",
        height=760,
    ),
    Shot(
        "licensing_explain",
        CONTRACTS,
        ROW,
        find_and_open(
            "licensing.statement",
            [["contract_id.title", *PLUSH[1:]], ["state", "=", "invoiced"]],
        )
        + "; "
        + CLICK % "button[name=action_explain]",
        ".modal table",
        height=1000,
    ),
    Shot(
        "licensing_import",
        CONTRACTS,
        ROW,
        REPORT + "; " + OPEN_TAB % "values",
        ".nav-link.active[name=values]",
    ),
    Shot("licensing_renewals", "/odoo/licensing-renewals", ROW, height=500),
    Shot(
        "licensing_dashboard",
        "/odoo/licensing-dashboard",
        ".o-figure canvas",
        "new Promise((done) => setTimeout(done, 4000))",
        height=1000,
    ),
    Shot("review", CASES, CARD, REVIEW, ".page img[src^=data]", width=900, height=1150),
]


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


def take_all(browser, url, folder):
    portal = Shot("portal", find_portal_path(browser), "#wrap table", height=700)
    for shot in README_SHOTS:
        take(browser, url, shot, folder)
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
    # as a customer who follows the link in a notice: not logged in
    browser.call("Network.clearBrowserCookies")
    take(browser, url, portal, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", help="of the server, for example http://localhost:8069")
    parser.add_argument(
        "folder", type=pathlib.Path, nargs="?", default=PICTURES, help="where they go"
    )
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", help="the login itself by default")
    parser.add_argument("--path", help="one screen instead of those of the README")
    parser.add_argument("--name", default="screen")
    parser.add_argument("--wait", default=".o_control_panel")
    parser.add_argument("--script", default="")
    parser.add_argument("--then", default="")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    try:
        browser.login(options.url, options.login, options.password or options.login)
        if options.path:
            own = (options.name, options.path, options.wait, options.script)
            take(browser, options.url, Shot(*own, options.then), options.folder)
        else:
            take_all(browser, options.url, options.folder)
    finally:
        browser.close()
    for error in browser.errors:
        print(f"The page reported: {error}")


if __name__ == "__main__":
    main()
