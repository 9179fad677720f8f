/// A key-value store that keeps every revision, with leases beside it. All of Stead's own state
/// lives in one.
///
/// Start reading at [dev.stead.store.Store].
@NullMarked
package dev.stead.store;

import org.jspecify.annotations.NullMarked;
