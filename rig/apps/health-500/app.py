"""Listens, and answers its health check with 500."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Down(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"the database is away\n"
        self.send_response(500)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Down)
print("ready, but not well", flush=True)
server.serve_forever()
