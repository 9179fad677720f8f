/// The store on one server: RocksDB behind a single committer thread.
///
/// A write is a [dev.stead.store.rocks.Command]. Whoever issues one waits while the committer takes
/// all commands that are queued, applies them in order by the [dev.stead.store.rocks.StateMachine],
/// writes what they change as one batch, and syncs once. Reads go to RocksDB directly. What lies on
/// disk is drawn at [dev.stead.store.rocks.Format].
///
/// The native library is looked for in `java.library.path` first, as `librocksdbjni.so` or under
/// the name it has in its jar (`librocksdbjni-linux64.so`): a distribution unpacks it once and
/// passes `-Djava.library.path`. Only when it is not there does RocksDB unpack it at every start,
/// into the directory named by the variable `ROCKSDB_SHAREDLIB_DIR` (overwriting it there) or a
/// temporary file.
///
/// Start reading at [dev.stead.store.rocks.RocksStore].
@NullMarked
package dev.stead.store.rocks;

import org.jspecify.annotations.NullMarked;
