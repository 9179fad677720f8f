package dev.stead.store.rocks;

import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/// The engine as it is at one moment, for reads that walk. The branches are looked up after it was
/// taken: one that is found then was whole at that moment, since a deleted one is forgotten before
/// its entries go.
final class View implements AutoCloseable {
  private final Engine engine;
  private final Snapshot snapshot;
  private final ReadOptions options;

  View(Engine engine) {
    this.engine = engine;
    this.snapshot = engine.snapshot();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  Engine engine() {
    return engine;
  }

  ReadOptions options() {
    return options;
  }

  @Override
  public void close() {
    options.close();
    engine.release(snapshot);
  }
}
