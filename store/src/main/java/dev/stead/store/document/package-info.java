/// What the store does with values: the patch from one to another, and one value made of two that
/// came from a third. Pure functions; JSON documents are taken apart, all else is bytes.
///
/// Start reading at [dev.stead.store.document.Patches] and [dev.stead.store.document.ThreeWay].
@NullMarked
package dev.stead.store.document;

import org.jspecify.annotations.NullMarked;
