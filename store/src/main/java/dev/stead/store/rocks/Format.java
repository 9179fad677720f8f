package dev.stead.store.rocks;

import dev.stead.store.Lease;
import dev.stead.store.Limits;
import dev.stead.store.Retention;
import dev.stead.store.Scope;
import dev.stead.store.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The layout of keys and values in RocksDB, one column family per kind. Integers are big-endian.
///
/// ```
/// family   key                             value
/// default   "format"                        "stead-store/2"
///           "batches"                       batches written so far:u64
///           "lineage"                       text, once a backup was restored
/// entries   branch:u32 key 00 ~revision:u64 1:u8 type-length:u8 type bytes   a put
///                                           0:u8                             a delete
///                                           2:u8                             a gap
/// commits   revision:u64                    branch:u32 instant author:text message:text count:u32 key:text…
/// heads     name of a live branch           branch:u32 revision:u64
/// branches  branch:u32                      live:u8 name:text parent:u32 fork:u64 scope:u8 key:text author:text message:text instant
/// merges    branch:u32 revision:u64         source:u32 source-revision:u64 reverted-by:u64
/// retention prefix                          1:u8 newest:u64 | 2:u8 within-seconds:u64
/// leases    name                            owner:text note:text since:instant expires:instant ttl-millis:u64
///
/// text      length:u16 UTF-8                instant  seconds:i64 nanos:u32
/// scope     0 keys that start with `key`    1        that key alone
/// ```
///
/// Example: the put of `a` = `hi` (text/plain) by revision 5 of branch 1 is in `entries`
///
/// ```
/// 00000001 61 00 FFFFFFFFFFFFFFFA → 01 0A 746578742F706C61696E 6869
/// ```
///
/// `~` inverts the bits, so that a key's newest revision stands first; no key contains 00, so that
/// all of a key's revisions stand together. Commits are never changed once written; entries only by
/// compaction, which removes some and leaves a gap where the oldest of neighbouring ones stood:
/// from there up to the next entry the key's value is not known any more. The first branch has
/// parent 0; what a deleted branch wrote is gone, its record stays.
///
/// Of `stead-store/1` the families `branches`, `merges` and `retention` are missing, and there is
/// one branch; a store of that format is brought to this one when it is opened.
///
/// Every batch counts up `batches`, also one that only touches leases. A batch is in RocksDB's log
/// whole or not at all, and the log is replayed up to the first record that is torn or does not
/// match its checksum; that nothing acknowledged is lost that way is found by [HighWaterMark].
final class Format {
  static final String VERSION = "stead-store/2";
  static final String FORMER_VERSION = "stead-store/1";
  static final byte[] VERSION_KEY = utf8("format");
  static final byte[] BATCHES_KEY = utf8("batches");
  static final byte[] LINEAGE_KEY = utf8("lineage");
  static final int FIRST_BRANCH = 1;

  private static final byte DELETE = 0;
  private static final byte PUT = 1;
  private static final byte GAP = 2;
  private static final byte NEWEST = 1;
  private static final byte WITHIN = 2;
  private static final int REVISION_BYTES = Long.BYTES;
  private static final int INSTANT_BYTES = Long.BYTES + Integer.BYTES;

  private Format() {}

  /// Where an entry stands.
  record EntryKey(int branch, String key, long revision) {}

  /// What a revision says of itself.
  record CommitRecord(int branch, Instant time, String author, String message, List<String> keys) {}

  /// A branch, live or deleted.
  ///
  /// @param parent 0 for the first branch
  /// @param fork the parent's commit that it sees last
  record BranchRecord(
      int number,
      String name,
      int parent,
      long fork,
      Scope scope,
      String author,
      String message,
      Instant created,
      boolean live) {

    BranchRecord deleted() {
      return new BranchRecord(number, name, parent, fork, scope, author, message, created, false);
    }
  }

  /// Where a merge came from.
  ///
  /// @param revertedBy the revision that took it back, or 0
  record MergeRecord(int source, long sourceRevision, long revertedBy) {}

  /// A place in a branch.
  record Place(int branch, long revision) {}

  /// The newest revision of a branch.
  record Head(int branch, long revision) {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  static byte[] entryKey(int branch, byte[] key, long revision) {
    return ByteBuffer.allocate(Integer.BYTES + key.length + 1 + REVISION_BYTES)
        .putInt(branch)
        .put(key)
        .put((byte) 0)
        .putLong(~revision)
        .array();
  }

  static EntryKey entryKey(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int end = bytes.length - REVISION_BYTES - 1;
    String key = new String(bytes, Integer.BYTES, end - Integer.BYTES, StandardCharsets.UTF_8);
    return new EntryKey(buffer.getInt(0), key, ~buffer.getLong(end + 1));
  }

  /// The bytes of the key of an entry key.
  static byte[] keyOf(byte[] entryKey) {
    return Arrays.copyOfRange(entryKey, Integer.BYTES, entryKey.length - REVISION_BYTES - 1);
  }

  /// The start of everything under a prefix.
  static byte[] entryPrefix(int branch, byte[] prefix) {
    return ByteBuffer.allocate(Integer.BYTES + prefix.length).putInt(branch).put(prefix).array();
  }

  /// The first place after all revisions of the key that an entry key belongs to.
  static byte[] afterKey(byte[] entryKey) {
    byte[] after = Arrays.copyOf(entryKey, entryKey.length - REVISION_BYTES);
    after[after.length - 1] = 1;
    return after;
  }

  /// Where the key of an entry key has its value as of a revision.
  static byte[] atRevision(byte[] entryKey, long revision) {
    byte[] at = entryKey.clone();
    ByteBuffer.wrap(at).putLong(at.length - REVISION_BYTES, ~revision);
    return at;
  }

  static long revision(byte[] entryKey) {
    return ~ByteBuffer.wrap(entryKey).getLong(entryKey.length - REVISION_BYTES);
  }

  static boolean startsWith(byte[] entryKey, byte[] prefix) {
    return entryKey.length >= prefix.length
        && Arrays.equals(entryKey, 0, prefix.length, prefix, 0, prefix.length);
  }

  /// Whether two entry keys belong to the same key.
  static boolean sameKey(byte[] left, byte[] right) {
    int length = left.length - REVISION_BYTES;
    return left.length == right.length && Arrays.equals(left, 0, length, right, 0, length);
  }

  static byte[] put(Value value) {
    byte[] type = utf8(value.contentType());
    return ByteBuffer.allocate(2 + type.length + value.bytes().length)
        .put(PUT)
        .put((byte) type.length)
        .put(type)
        .put(value.bytes())
        .array();
  }

  static byte[] delete() {
    return new byte[] {DELETE};
  }

  static byte[] gap() {
    return new byte[] {GAP};
  }

  static boolean isGap(byte[] entry) {
    return entry[0] == GAP;
  }

  /// The value of an entry that is no gap; empty for a delete.
  static Optional<Value> value(byte[] bytes) {
    if (bytes[0] == DELETE) {
      return Optional.empty();
    }
    if (bytes[0] != PUT) {
      throw new IllegalStateException("an entry starts with " + bytes[0]);
    }
    int type = Byte.toUnsignedInt(bytes[1]);
    return Optional.of(
        new Value(
            new String(bytes, 2, type, StandardCharsets.UTF_8),
            Arrays.copyOfRange(bytes, 2 + type, bytes.length)));
  }

  static byte[] commit(CommitRecord commit) {
    byte[] author = utf8(commit.author());
    byte[] message = utf8(commit.message());
    List<byte[]> keys = new ArrayList<>(commit.keys().size());
    int bytes =
        2 * Integer.BYTES + INSTANT_BYTES + 2 * Short.BYTES + author.length + message.length;
    for (String key : commit.keys()) {
      byte[] utf8 = utf8(key);
      keys.add(utf8);
      bytes += Short.BYTES + utf8.length;
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    putInstant(buffer.putInt(commit.branch()), commit.time());
    putText(buffer, author);
    putText(buffer, message);
    buffer.putInt(keys.size());
    keys.forEach(key -> putText(buffer, key));
    return buffer.array();
  }

  static CommitRecord commit(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int branch = buffer.getInt();
    Instant time = takeInstant(buffer);
    String author = takeText(buffer);
    String message = takeText(buffer);
    int count = buffer.getInt();
    if (count < 1 || count > Limits.COMMIT_MUTATIONS_MAX) {
      throw new IllegalStateException("a commit of " + count + " keys");
    }
    List<String> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(takeText(buffer));
    }
    return new CommitRecord(branch, time, author, message, keys);
  }

  static byte[] head(Head head) {
    return ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
        .putInt(head.branch())
        .putLong(head.revision())
        .array();
  }

  static Head head(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Head(buffer.getInt(), buffer.getLong());
  }

  static byte[] branch(BranchRecord branch) {
    byte[] name = utf8(branch.name());
    byte[] author = utf8(branch.author());
    byte[] message = utf8(branch.message());
    boolean isKey = branch.scope() instanceof Scope.Key;
    byte[] seen =
        utf8(
            switch (branch.scope()) {
              case Scope.Prefix(String prefix) -> prefix;
              case Scope.Key(String key) -> key;
            });
    int texts = name.length + seen.length + author.length + message.length + 4 * Short.BYTES;
    ByteBuffer buffer = ByteBuffer.allocate(2 + Integer.BYTES + Long.BYTES + INSTANT_BYTES + texts);
    putText(buffer.put((byte) (branch.live() ? 1 : 0)), name);
    buffer.putInt(branch.parent()).putLong(branch.fork()).put((byte) (isKey ? 1 : 0));
    putText(buffer, seen);
    putText(buffer, author);
    putText(buffer, message);
    putInstant(buffer, branch.created());
    return buffer.array();
  }

  static BranchRecord branch(byte[] number, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    boolean live = buffer.get() == 1;
    String name = takeText(buffer);
    int parent = buffer.getInt();
    long fork = buffer.getLong();
    boolean isKey = buffer.get() == 1;
    String seen = takeText(buffer);
    return new BranchRecord(
        ByteBuffer.wrap(number).getInt(),
        name,
        parent,
        fork,
        isKey ? new Scope.Key(seen) : new Scope.Prefix(seen),
        takeText(buffer),
        takeText(buffer),
        takeInstant(buffer),
        live);
  }

  static byte[] branchKey(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  static byte[] place(Place place) {
    return ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
        .putInt(place.branch())
        .putLong(place.revision())
        .array();
  }

  static Place place(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Place(buffer.getInt(), buffer.getLong());
  }

  static byte[] merge(MergeRecord merge) {
    return ByteBuffer.allocate(Integer.BYTES + 2 * Long.BYTES)
        .putInt(merge.source())
        .putLong(merge.sourceRevision())
        .putLong(merge.revertedBy())
        .array();
  }

  static MergeRecord merge(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new MergeRecord(buffer.getInt(), buffer.getLong(), buffer.getLong());
  }

  /// The record of a rule; there is none of [Retention.All].
  static Optional<byte[]> retention(Retention rule) {
    return switch (rule) {
      case Retention.All _ -> Optional.empty();
      case Retention.Newest(int revisions) -> Optional.of(retention(NEWEST, revisions));
      case Retention.Within(Duration period) -> Optional.of(retention(WITHIN, period.toSeconds()));
    };
  }

  private static byte[] retention(byte kind, long amount) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(kind).putLong(amount).array();
  }

  static Retention retention(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte kind = buffer.get();
    return switch (kind) {
      case NEWEST -> new Retention.Newest(Math.toIntExact(buffer.getLong()));
      case WITHIN -> new Retention.Within(Duration.ofSeconds(buffer.getLong()));
      default -> throw new IllegalStateException("a rule starts with " + kind);
    };
  }

  static byte[] lease(Lease lease) {
    byte[] owner = utf8(lease.owner());
    byte[] note = utf8(lease.note());
    ByteBuffer buffer =
        ByteBuffer.allocate(
            2 * Short.BYTES + owner.length + note.length + 2 * INSTANT_BYTES + Long.BYTES);
    putText(buffer, owner);
    putText(buffer, note);
    putInstant(buffer, lease.since());
    putInstant(buffer, lease.expires());
    return buffer.putLong(lease.timeToLive().toMillis()).array();
  }

  static Lease lease(String name, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Lease(
        name,
        takeText(buffer),
        takeText(buffer),
        takeInstant(buffer),
        takeInstant(buffer),
        Duration.ofMillis(buffer.getLong()));
  }

  private static void putText(ByteBuffer buffer, byte[] utf8) {
    buffer.putShort((short) utf8.length).put(utf8);
  }

  private static String takeText(ByteBuffer buffer) {
    byte[] utf8 = new byte[Short.toUnsignedInt(buffer.getShort())];
    buffer.get(utf8);
    return text(utf8);
  }

  private static void putInstant(ByteBuffer buffer, Instant instant) {
    buffer.putLong(instant.getEpochSecond()).putInt(instant.getNano());
  }

  private static Instant takeInstant(ByteBuffer buffer) {
    return Instant.ofEpochSecond(buffer.getLong(), buffer.getInt());
  }
}
