"""The app that works, the base that the bad ones are deployed over.

GET /         the edition and the release that answers
GET /counter  how many requests this process has answered so far
GET /up       ready
"""
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

EDITION = "first edition"
counter = count(1)


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        number = next(counter)
        pages = {
            "/up": "ready",
            "/counter": str(number),
            "/": f"{EDITION}, release {os.environ.get('STEAD_RELEASE', 'none')}",
        }
        body = (pages.get(self.path, "no such page") + "\n").encode()
        self.send_response(200 if self.path in pages else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Pages)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print("good is ready", flush=True)
server.serve_forever()
