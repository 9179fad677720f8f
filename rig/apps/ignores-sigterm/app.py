"""Works well but for its end: it does not hear SIGTERM."""
import os
import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Up(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"still here\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Up)
print("ready, for ever", flush=True)
server.serve_forever()
