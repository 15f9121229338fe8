"""Chromium in a namespace, without a screen, as a test drives it."""

import json

from selenium import webdriver
from selenium.webdriver.chromium.remote_connection import ChromiumRemoteConnection

PORT = 9515
START_TIMEOUT_S = 30
OWN = ("chrome:", "chrome-untrusted:", "data:")  # what the browser answers itself
ARGUMENTS = (
    "--headless=new", "--no-sandbox",  # root has no sandbox
    "--disable-dev-shm-usage", "--disable-gpu", "--no-proxy-server", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-extensions", "--mute-audio",
    "--hide-scrollbars")  # pictures would lack their width


class _Connection(ChromiumRemoteConnection):
    """To the driver, whose port only its namespace has."""

    def __init__(self, space):
        super().__init__(f"http://127.0.0.1:{PORT}", "goog", "chrome", ignore_proxy=True)
        self._space = space

    def execute(self, command, params):
        with self._space.entered():
            return super().execute(command, params)


class Browser:
    """`with Browser(space, directory) as browser`; `directory` is for its files."""

    def __init__(self, space, directory):
        self._space = space
        self._directory = directory
        self._driver = None
        self._process = None

    def __enter__(self):
        self._process = self._space.start("chromedriver", f"--port={PORT}")
        self._process.wait_for_output("started successfully", START_TIMEOUT_S)
        self._driver = webdriver.Remote(_Connection(self._space), options=self._options())
        return self

    def __exit__(self, *_):
        self._driver.quit()
        self._process.stop()

    def _options(self):
        options = webdriver.ChromeOptions()
        for argument in (*ARGUMENTS, f"--user-data-dir={self._directory}/browser"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        return options

    def _developer(self, command, **parameters):
        return self._driver.execute("executeCdpCommand",
                                    {"cmd": command, "params": parameters})["value"]

    def open(self, url):
        self._driver.get(url)

    def run(self, script, *arguments):
        """What the body of a function answers in the page; waits for a promise."""
        return self._driver.execute_script(script, *arguments)

    def inject(self, script):
        """Past the page's security policy, as developers do."""
        self._developer("Runtime.evaluate", expression=script)

    def text(self, selector):
        """As it stands in the page; None: there is no such element."""
        return self.run("return document.querySelector(arguments[0])?.textContent", selector)

    def press(self, *keys):
        """Where the focus is; answers which element has it then: id, or class, or name."""
        for key in keys:
            self._driver.switch_to.active_element.send_keys(key)
        return self.run("const {id, className, tagName} = document.activeElement;"
                        "return id || className || tagName.toLowerCase()")

    def show(self, width, height, scheme):
        """On a screen of this size, as somebody who likes `scheme` (light, dark)."""
        self._developer("Emulation.setDeviceMetricsOverride", width=width, height=height,
                        deviceScaleFactor=1, mobile=False)
        self._developer("Emulation.setEmulatedMedia",
                        features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self):
        """The whole page as PNG, in base64."""
        return self._developer("Page.captureScreenshot", format="png",
                               captureBeyondViewport=True)["data"]

    def complaints(self):
        """What the console has got since the question before."""
        return [entry["message"] for entry in self._driver.get_log("browser")]

    def requests(self):
        """URLs that were asked for on the network since the question before."""
        messages = [json.loads(entry["message"])["message"]
                    for entry in self._driver.get_log("performance")]
        urls = [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith(OWN)]
