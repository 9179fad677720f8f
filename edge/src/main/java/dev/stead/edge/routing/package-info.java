/// What is served by whom: the routing table in force, the targets behind it, how healthy they are
/// and how those that left it drain. Knows no client connections.
///
/// Start reading at [Routing]: it applies tables and hands out targets. A [Router] is one table
/// made ready for look-ups, a [LiveService] one app in it, a [Target] one instance with what is in
/// flight on it, a [Drain] the budgets of a target that left.
///
/// Threads: tables are applied by one thread, the control's. Event loops only read: the router is
/// replaced by one volatile write, counts are atomics, and nothing here blocks them.
@NullMarked
package dev.stead.edge.routing;

import org.jspecify.annotations.NullMarked;
