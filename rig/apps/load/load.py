"""The app that the rig deploys under load. Every kind of traffic has a path:

GET  /up                       ready
GET  /hello?wait=MS            after so many milliseconds: the release that answers
POST /count                    the body's first line is an id; it is appended to the file $COUNTED, then echoed
GET  /download?bytes=N&wait=MS N bytes of numbered lines, 16 bytes each, spread over so many milliseconds
GET  /events                   server-sent events, ten a second: `id: 0, 1, …` and `data: RELEASE`
GET  /echo                     WebSocket: says its release first, then echoes each text

On SIGTERM it takes nothing new, finishes what it has, and ends.
"""
import asyncio
import base64
import hashlib
import os
import signal
from urllib.parse import parse_qs, urlsplit

RELEASE = os.environ.get("STEAD_RELEASE", "0")
COUNTED = os.environ.get("COUNTED")
LINE_BYTES = 16
TEXT, CLOSE = 0x1, 0x8

stopping = asyncio.Event()
idle = set()


async def head(reader):
    """Method, path, query and headers of the next request; None when the client has left."""
    try:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    method, target, _ = lines[0].split(" ")
    headers = dict((n.lower(), v.strip()) for n, _, v in (line.partition(":") for line in lines[1:] if line))
    url = urlsplit(target)
    return method, url.path, {n: v[0] for n, v in parse_qs(url.query).items()}, headers


async def body(reader, headers):
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    read = b""
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        chunk = await reader.readexactly(size + 2)
        if size == 0:
            return read
        read += chunk[:-2]


def answer(writer, status, text, content_type="text/plain"):
    data = text.encode()
    writer.write(f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n\r\n".encode())
    writer.write(data)


def count(data):
    """One append per id: the kernel keeps those of several instances apart."""
    name = data.split(b"\n", 1)[0]
    file = os.open(COUNTED, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, name + b"\n")
    finally:
        os.close(file)
    return name.decode()


async def download(writer, size, wait):
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {size}\r\n\r\n".encode())
    steps = 20
    lines = size // LINE_BYTES
    for step in range(steps):
        first, last = lines * step // steps, lines * (step + 1) // steps
        writer.write("".join(f"{n:015d}\n" for n in range(first, last)).encode())
        await writer.drain()
        await asyncio.sleep(wait / steps)


async def events(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    number = 0
    while not stopping.is_set():
        event = f"id: {number}\ndata: {RELEASE}\n\n".encode()
        writer.write(b"%x\r\n%s\r\n" % (len(event), event))
        await writer.drain()
        await asyncio.sleep(0.1)
        number += 1
    writer.write(b"0\r\n\r\n")


async def frame(reader):
    """Kind and payload of one WebSocket frame (RFC 6455, section 5.2); ours are short and whole."""
    first, second = await reader.readexactly(2)
    length = second & 0x7F
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    mask = await reader.readexactly(4)
    data = await reader.readexactly(length)
    return first & 0x0F, bytes(b ^ mask[i % 4] for i, b in enumerate(data))


def send_frame(writer, kind, data):
    writer.write(bytes([0x80 | kind, len(data)]) + data)


async def echo(reader, writer, headers):
    key = headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
    )
    send_frame(writer, TEXT, f"release {RELEASE}".encode())
    while True:
        kind, data = await frame(reader)
        send_frame(writer, kind, data)
        await writer.drain()
        if kind == CLOSE:
            return


async def serve(reader, writer, request):
    """Answers one request; False when the connection cannot be used again."""
    method, path, query, headers = request
    wait = int(query.get("wait", "0")) / 1000
    if path == "/echo":
        await echo(reader, writer, headers)
        return False
    data = await body(reader, headers)
    if path == "/up":
        answer(writer, "200 OK", "ready\n")
    elif path == "/hello":
        await asyncio.sleep(wait)
        answer(writer, "200 OK", f"release {RELEASE}\n")
    elif path == "/count" and method == "POST":
        answer(writer, "200 OK", count(data))
    elif path == "/download":
        await download(writer, int(query["bytes"]), wait)
    elif path == "/events":
        await events(writer)
    else:
        answer(writer, "404 Not Found", "no such path\n")
    await writer.drain()
    return True


async def connection(reader, writer):
    try:
        while not stopping.is_set():
            idle.add(writer)
            request = await head(reader)
            idle.discard(writer)
            if request is None or not await serve(reader, writer, request):
                return
    except (asyncio.IncompleteReadError, ConnectionError):
        return  # the client has left in the middle, as clients do
    finally:
        idle.discard(writer)
        writer.close()


async def main():
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    server = await asyncio.start_server(
        connection, os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"]), backlog=512
    )
    print(f"release {RELEASE} listens on {os.environ['PORT']}", flush=True)
    await stopping.wait()
    server.close()
    for writer in list(idle):
        writer.close()
    busy = asyncio.all_tasks() - {asyncio.current_task()}
    if busy:
        await asyncio.wait(busy, timeout=5)
    print(f"release {RELEASE} has ended", flush=True)


asyncio.run(main())
