/// Chunks, bundles and the release directories made from them, within a disk budget. Start reading
/// at [dev.stead.agent.bundle.Bundles].
@NullMarked
package dev.stead.agent.bundle;

import org.jspecify.annotations.NullMarked;
