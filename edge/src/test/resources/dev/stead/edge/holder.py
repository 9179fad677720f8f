"""Holds a listening socket as systemd does, and starts processes that inherit it.

Reads commands, one a line: `start NAME COMMAND` (words divided by tabs) and, at the end, the end of its input.
Prints: `port N`, `started NAME PID`, `said NAME MESSAGE` (sd_notify), `ended NAME STATUS`.
"""
import os, socket, sys, tempfile, threading

def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()

listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
listener.setblocking(False)
say("port", listener.getsockname()[1])
directory = tempfile.mkdtemp(prefix="eh")
children = []

def start(name, command):
    path = os.path.join(directory, name)
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(path)
    pid = os.fork()
    if pid == 0:
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", NOTIFY_SOCKET=path,
                          WATCHDOG_PID=str(os.getpid()), WATCHDOG_USEC="900000")
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        os.execv(command[0], command)
    say("started", name, pid)
    children.append(pid)

    def listen():
        while True:
            message = told.recv(4096).decode()
            if message == "end":
                return
            say("said", name, message)

    def wait():
        _, status = os.waitpid(pid, 0)
        children.remove(pid)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", path)
        listening.join()
        os.unlink(path)
        say("ended", name, os.waitstatus_to_exitcode(status))

    listening = threading.Thread(target=listen)
    listening.start()
    waiting = threading.Thread(target=wait)
    waiting.start()
    waits.append(waiting)

waits = []
for line in sys.stdin:
    words = line.rstrip("\n").split("\t")
    start(words[1], words[2:])
for child in list(children):
    os.kill(child, 9)
for waiting in waits:
    waiting.join()
os.rmdir(directory)
