/// What the agent says to the edge: the routing table, the certificates, and the questions about
/// draining, as JSON over HTTP on the edge's unix socket.
///
/// | request | meaning |
/// | --- | --- |
/// | `PUT /v1/table` | apply this [dev.stead.edge.control.RoutingTable] whole or not at all; answers 200 once no target that it leaves out takes new requests, 422 with [dev.stead.edge.control.Refused] |
/// | `PUT /v1/certificates` | serve this [dev.stead.edge.control.CertificateSet] whole or not at all; answers 200 once it is on disk and served, 422 with [dev.stead.edge.control.Refused] when one of them cannot be used |
/// | `PUT /v1/challenges` | answer CAs by this [dev.stead.edge.control.ChallengeSet] and by no other; 200, or 422 with [dev.stead.edge.control.Refused] |
/// | `GET /v1/status` | [dev.stead.edge.control.EdgeReport]: generations, ports, targets, in flight |
/// | `GET /v1/traffic` | [dev.stead.edge.control.TrafficReport]: what was counted since this edge started |
/// | `POST /v1/drained` | [dev.stead.edge.control.AwaitDrained]: answers once none of the named targets has a request in flight, or its budgets have ended what was left; an unknown target has drained |
/// | `POST /v1/awaited` | [dev.stead.edge.control.Awaited]: answers as soon as a service that is asleep has requests waiting, or after 20 s with none |
/// | `POST /v1/uncertified` | [dev.stead.edge.control.Uncertified]: answers as soon as clients have asked for hosts that no certificate is for, or after 20 s with none |
///
/// The agent compiles against this package and against nothing else of the edge.
@NullMarked
package dev.stead.edge.control;

import org.jspecify.annotations.NullMarked;
