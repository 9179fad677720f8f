"""Uses 60 MB of memory, and says so to whoever asks."""
import http.server
import os

SIZE = 60 << 20


def used():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"release %s, %d MiB\n" % (os.environb[b"STEAD_RELEASE"], used() >> 20)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ballast = b"x" * (SIZE - used())
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer).serve_forever()
