"""The app of the main story: says what it is and what it was given."""
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

EDITION = "first edition"


class Greeter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        text = "ready" if self.path == "/up" else ", ".join(
            [
                EDITION,
                "release " + os.environ["STEAD_RELEASE"],
                "instance " + os.environ["STEAD_INSTANCE"],
                "greeting " + os.environ.get("GREETING", "none"),
                "token " + os.environ.get("TOKEN", "none"),
            ]
        )
        body = (text + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if self.path != "/up":
            print("greeted at " + self.path, flush=True)

    def log_message(self, *_):
        pass


def web():
    server = ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Greeter)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print("greeter is ready", flush=True)
    server.serve_forever()


def worker():
    print("worker of release " + os.environ["STEAD_RELEASE"], flush=True)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()


{"web": web, "worker": worker}[sys.argv[1]]()
