/// Apps, their releases, and the rollout from one release to the next.
///
/// Every change is an operation: begun through [dev.stead.agent.deploy.Apps], decided by the
/// planner under the app's lease, carried out by the rollout step by step with a journal in the
/// store, watched through its event log. It promises that an app is always on one whole release,
/// the old one or the new one, and that the agent may be killed at any point of it. Start reading
/// at [dev.stead.agent.deploy.Apps], then `Rollout.run`, then `Recovery`.
@NullMarked
package dev.stead.agent.deploy;

import org.jspecify.annotations.NullMarked;
