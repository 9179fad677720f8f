"""A gRPC app that the rig deploys under load. Its messages are plain text:

rig.Calls/Hello  one message, answered by `release N: MESSAGE`
rig.Calls/Echo   messages both ways: says `release N` first, then each message again

On SIGTERM it takes nothing new, finishes what it has, and ends.
"""
import os
import signal
import threading
from concurrent import futures

import grpc

RELEASE = os.environ.get("STEAD_RELEASE", "0")
STREAMS_MAX = 32
FAREWELL_SECONDS = 8

stopping = threading.Event()


def hello(message, context):
    return f"release {RELEASE}: {message.decode()}".encode()


def echo(messages, context):
    yield f"release {RELEASE}".encode()
    yield from messages


server = grpc.server(futures.ThreadPoolExecutor(STREAMS_MAX))
server.add_generic_rpc_handlers((
    grpc.method_handlers_generic_handler("rig.Calls", {
        "Hello": grpc.unary_unary_rpc_method_handler(hello),
        "Echo": grpc.stream_stream_rpc_method_handler(echo),
    }),
))
server.add_insecure_port(f"127.0.0.1:{os.environ['PORT']}")
server.start()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())
stopping.wait()
server.stop(FAREWELL_SECONDS).wait()
