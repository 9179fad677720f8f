/// Tests of the store against real directories and processes.
@NullMarked
package dev.stead.store.rocks;

import org.jspecify.annotations.NullMarked;
