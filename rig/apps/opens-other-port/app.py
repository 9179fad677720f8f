"""Listens on a port of its own choice instead of $PORT, as an app with a fixed port does."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Up(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()


server = ThreadingHTTPServer((os.environ["HOST"], 0), Up)
print(f"listening on port {server.server_port}", flush=True)
server.serve_forever()
