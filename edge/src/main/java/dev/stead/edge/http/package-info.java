/// Requests and responses: from a client's bytes through strict framing, routing and a target's
/// connection back to the client.
///
/// Start reading at [HttpEdge], which binds and wires one [Worker] per event loop, then
/// [ClientConnection] (what a client's connection is doing) and [Exchange] (one request from its
/// head to the last byte of its response, in order). [MultiplexedConnection] is the other way in,
/// for HTTP/2.
///
/// Threads: a client connection, its exchange and the target's connection it uses live on one event
/// loop and are touched by that loop alone; so is everything of a [Worker]. Nothing here blocks;
/// file look-ups leave for threads of their own and come back as tasks.
@NullMarked
package dev.stead.edge.http;

import org.jspecify.annotations.NullMarked;
