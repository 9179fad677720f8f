"""Says which release answers, until SIGTERM: then it finishes what it is answering."""

import os
import platform
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
RELEASE = os.environ.get("STEAD_RELEASE", "no release")
INSTANCE = os.environ.get("STEAD_INSTANCE", "no instance")
FINISH_SECONDS = 8  # less than stop-timeout in stead.toml, 10 s


class InFlight:
    """Counts the requests that are being answered. Idle connections do not count."""

    def __init__(self):
        self.count = 0
        self.changed = threading.Condition()

    def __enter__(self):
        with self.changed:
            self.count += 1

    def __exit__(self, *_):
        with self.changed:
            self.count -= 1
            self.changed.notify_all()

    def finish(self):
        with self.changed:
            self.changed.wait_for(lambda: self.count == 0, FINISH_SECONDS)


in_flight = InFlight()


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        with in_flight:
            if self.path == "/up":
                self.answer("ready\n")
            else:
                self.answer(f"Hello from Python {platform.python_version()}, {RELEASE}, {INSTANCE}\n")

    def answer(self, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The edge keeps the access log."""


server = ThreadingHTTPServer((HOST, PORT), Pages)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print(f"python listens on http://{HOST}:{PORT}")
server.serve_forever()
in_flight.finish()
print("python has finished")
