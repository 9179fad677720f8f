"""Is ready at once, and then takes four megabytes every twentieth of a second, up to 400."""
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

eaten = []


class Up(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()


def eat():
    pause = threading.Event()
    while len(eaten) < 100:
        eaten.append(b"x" * (4 << 20))
        pause.wait(0.05)


server = ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Up)
threading.Thread(target=eat, daemon=True).start()
print("ready, and hungry", flush=True)
server.serve_forever()
