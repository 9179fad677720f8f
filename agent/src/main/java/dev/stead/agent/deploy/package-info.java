/// Apps, their releases, and the rollout from one release to the next. Start reading at
/// [dev.stead.agent.deploy.Apps].
@NullMarked
package dev.stead.agent.deploy;

import org.jspecify.annotations.NullMarked;
