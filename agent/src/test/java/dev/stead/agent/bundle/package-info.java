/// What bundles promise, on a real disk.
@NullMarked
package dev.stead.agent.bundle;

import org.jspecify.annotations.NullMarked;
