package dev.stead.store.rocks;

/// A place in the durable path where a process that ends there leaves something else on disk than
/// at the place before. The crash test ends one at each; nothing in production hears of them.
enum FailPoint {
  /// The files of a new store are made, under another name than they will have.
  CREATED,
  /// They have their name, which may not be on disk yet.
  NAMED,
  /// An existing store was found fit for use; nothing is changed yet.
  LOOKED,
  /// RocksDB has replayed its log and dropped its torn end; the mark may be behind.
  OPENED,
  /// The mark has caught up.
  RECOVERED,
  /// The committer has taken commands from the queue.
  TAKEN,
  /// They are applied, in memory alone.
  APPLIED,
  /// Their batch is on disk, the mark is behind.
  SYNCED,
  /// The mark has caught up; nobody knows of the commands yet.
  MARKED,
  /// All who waited were told.
  TOLD,
  /// A backup's files are linked, in a directory beside.
  LINKED,
  /// They are copied.
  COPIED,
  /// The backup is whole, under another name than it will have.
  SETTLED,
  /// The backup that is restored was copied and checked; nothing is changed yet.
  CHECKED,
  /// The files of the store that it replaces are set aside.
  SET_ASIDE,
  /// The mark is the backup's; the files are missing.
  MARK_REPLACED,
  /// The backup's files are in their place.
  RESTORED;

  /// Is told each one that is reached, by the thread that reaches it.
  interface Listener {
    Listener NOBODY = _ -> {};

    void reached(FailPoint point);
  }
}
