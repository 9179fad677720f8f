/// Runs instances: starts them, restarts them with back-off, stops them, says how they ended. Knows
/// nothing of releases and rollouts. Start reading at [dev.stead.agent.supervisor.Supervisor].
@NullMarked
package dev.stead.agent.supervisor;

import org.jspecify.annotations.NullMarked;
