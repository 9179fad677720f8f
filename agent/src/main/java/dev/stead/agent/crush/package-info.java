/// The API of crush, a small key-value store that forks and merges single keys, kept on the
/// platform's store: what it promises is as it was there, and what it lost is kept.
///
/// Start reading at [dev.stead.agent.crush.Crush].
@NullMarked
package dev.stead.agent.crush;

import org.jspecify.annotations.NullMarked;
