package dev.stead.store.rocks;

import static dev.stead.store.Store.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Fork;
import dev.stead.store.Lease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/// A store of the former format, written record by record as it was drawn, goes on in this one.
final class UpgradeTest {
  private static final List<String> FAMILIES =
      List.of("default", "entries", "commits", "heads", "leases");
  private static final Duration LIFE = Duration.ofMinutes(1);

  @TempDir Path directory;
  private final MovingClock clock = new MovingClock();

  @Test
  void aStoreOfTheFormerFormatGoesOnInThisOne() throws Exception {
    writeFormer();
    HighWaterMark.write(directory, 2);
    try (RocksStore store = RocksStore.open(directory, clock)) {
      Scribe scribe = new Scribe(store);
      assertThat(store.check()).isEmpty();
      assertThat(store.head()).isEqualTo(2);
      assertThat(scribe.list(PRODUCTION, "")).containsExactly("a=2");
      assertThat(scribe.read(PRODUCTION, "a", 1)).isEqualTo("1");
      assertThat(store.lease("apps/cv").map(Lease::owner)).contains("one");
      store.fork(Fork.of("staging", PRODUCTION, "ada", "").at(1));
      assertThat(scribe.write("staging", "a=3")).isEqualTo(3);
    }
    try (RocksStore store = RocksStore.open(directory, clock)) {
      assertThat(store.check()).isEmpty();
      assertThat(new Scribe(store).read("staging", "a")).isEqualTo("3");
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(3);
    }
  }

  private void writeFormer() throws RocksDBException {
    RocksDB.loadLibrary();
    List<ColumnFamilyDescriptor> families =
        FAMILIES.stream().map(name -> new ColumnFamilyDescriptor(Format.utf8(name))).toList();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options =
            new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
        RocksDB db =
            RocksDB.open(options, directory.resolve("rocks").toString(), families, handles)) {
      db.put(handles.get(0), Format.utf8("format"), Format.utf8("stead-store/1"));
      db.put(handles.get(0), Format.utf8("batches"), Format.number(2));
      for (int revision = 1; revision <= 2; revision++) {
        db.put(
            handles.get(1),
            Format.entryKey(1, Format.utf8("a"), revision),
            Format.put(Scribe.value(Integer.toString(revision))));
        db.put(
            handles.get(2),
            Format.number(revision),
            Format.commit(new Format.CommitRecord(1, clock.instant(), "ada", "", List.of("a"))));
      }
      db.put(handles.get(3), Format.utf8(PRODUCTION), Format.head(new Format.Head(1, 2)));
      Lease lease =
          new Lease("apps/cv", "one", "", clock.instant(), clock.instant().plus(LIFE), LIFE);
      db.put(handles.get(4), Format.utf8("apps/cv"), Format.lease(lease));
      handles.forEach(ColumnFamilyHandle::close);
    }
  }
}
