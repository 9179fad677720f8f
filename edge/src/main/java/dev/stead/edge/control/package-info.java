/// What the agent says to the edge: the routing table and the questions about draining, as JSON
/// over HTTP on the edge's unix socket.
///
/// | request | meaning |
/// | --- | --- |
/// | `PUT /v1/table` | apply this [dev.stead.edge.control.RoutingTable] whole or not at all; answers 200 once no target that it leaves out takes new requests, 422 with [dev.stead.edge.control.Refused] |
/// | `GET /v1/status` | [dev.stead.edge.control.EdgeReport]: generation, targets, in flight |
/// | `POST /v1/drained` | [dev.stead.edge.control.AwaitDrained]: answers once none of the named targets has a request in flight, or its budgets have ended what was left; an unknown target has drained |
///
/// The agent compiles against this package and against nothing else of the edge.
@NullMarked
package dev.stead.edge.control;

import org.jspecify.annotations.NullMarked;
