/// The control process of a server: its API, wired together in [dev.stead.agent.Main].
@NullMarked
package dev.stead.agent;

import org.jspecify.annotations.NullMarked;
