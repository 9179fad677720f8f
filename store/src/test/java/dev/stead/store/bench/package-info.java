/// Measurements of the store: `bench/store`. Start reading at [dev.stead.store.bench.Main].
@NullMarked
package dev.stead.store.bench;

import org.jspecify.annotations.NullMarked;
