"""As much of Loki as a collector sees of it: the push endpoint, at loopback."""

import http.server
import json
import threading


def entries_of(document):
    """(nanoseconds, labels, line) of each; what Loki refuses raises."""
    for stream in document["streams"]:
        labels = stream["stream"]
        if not labels or not all(isinstance(value, str) for value in labels.values()):
            raise ValueError("labels must be strings")
        for nanoseconds, line in stream["values"]:
            if not isinstance(line, str):
                raise ValueError("a line is a string")
            yield int(nanoseconds, 10), labels, line


class LokiStub:
    def __init__(self):
        self.entries, self.refused = [], []
        self._arrived = threading.Condition()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, count, seconds):
        """The entries, once there are so many or one was refused."""
        with self._arrived:
            self._arrived.wait_for(lambda: self.refused or len(self.entries) >= count, seconds)
            return list(self.entries)

    def take(self, path, body):
        with self._arrived:
            try:
                if path != "/loki/api/v1/push":
                    raise ValueError(path)
                self.entries += entries_of(json.loads(body))
            except (ValueError, KeyError, TypeError) as error:
                self.refused.append(f"{error}: {body!r}")
            self._arrived.notify_all()
            return 400 if self.refused else 204

    def _handler(self):
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(stub.take(self.path, body))
                self.end_headers()

            def log_message(self, *_):
                pass

        return Handler
