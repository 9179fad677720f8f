"""activate.py HTTP-PORT HTTPS-PORT COMMAND…: becomes the command, with two listening sockets handed down as systemd does it
(sd_listen_fds(3)). Java cannot hand a socket down."""
import fcntl, os, socket, sys

BEYOND = 16  # where no descriptor is in the way of 3 and 4

def listening(port):
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=1024)
    listener.setblocking(False)
    return fcntl.fcntl(listener.detach(), fcntl.F_DUPFD, BEYOND)

for descriptor, listener in enumerate([listening(port) for port in sys.argv[1:3]], 3):
    os.dup2(listener, descriptor, inheritable=True)
    os.close(listener)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2", LISTEN_FDNAMES="stead-edge.socket:https")
os.execv(sys.argv[3], sys.argv[3:])
