"""Is ready at once and crashes three seconds later, within the time to settle."""
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Up(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()


def crash():
    print("fatal: the queue is gone", file=sys.stderr, flush=True)
    os._exit(3)


server = ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Up)
threading.Timer(3, crash).start()
print("ready, for now", flush=True)
server.serve_forever()
