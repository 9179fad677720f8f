package dev.stead.agent.supervisor;

import java.time.Instant;

/// One run of an instance, from its launch to its end, as its first process recorded it.
///
/// @param app the instance's first process, leader of its session and group
/// @param shim the shim above it
record Run(ProcessId app, ProcessId shim, Instant since) {}
