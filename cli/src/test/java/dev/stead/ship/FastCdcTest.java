package dev.stead.ship;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FastCdcTest {
  private static final long SEED = 42;

  @Test
  void chunksJoinedAreTheStreamAndKeepTheirBounds() throws IOException {
    for (int size :
        new int[] {0, 1, FastCdc.LEAST, FastCdc.LEAST + 1, FastCdc.MOST + 1, 9_000_000}) {
      var bytes = random(size);
      var chunks = cut(new ByteArrayInputStream(bytes));
      assertThat(joined(chunks)).as("size %d", size).isEqualTo(bytes);
      assertThat(chunks).allMatch(chunk -> chunk.length <= FastCdc.MOST);
      assertThat(chunks.subList(0, Math.max(0, chunks.size() - 1)))
          .allMatch(chunk -> chunk.length > FastCdc.LEAST);
    }
  }

  @Test
  void theAverageOfRandomBytesIsNearTheAimedOne() throws IOException {
    var chunks = cut(new ByteArrayInputStream(random(32 << 20)));
    assertThat((32 << 20) / chunks.size()).isBetween(FastCdc.AVERAGE * 3 / 4, FastCdc.AVERAGE * 2);
  }

  @Test
  void bytesWithoutAnyCutPointMakeChunksOfTheGreatestSize() throws IOException {
    var chunks = cut(new ByteArrayInputStream(new byte[FastCdc.MOST * 3 + 5]));
    assertThat(chunks)
        .extracting(chunk -> chunk.length)
        .containsExactly(FastCdc.MOST, FastCdc.MOST, FastCdc.MOST, 5);
  }

  @Test
  void anInsertionMovesNoBoundaryButThoseNearIt() throws IOException {
    var before = random(8 << 20);
    var after = new ByteArrayOutputStream();
    after.write(before, 0, 3_000_000);
    after.writeBytes("inserted in the middle".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    after.write(before, 3_000_000, before.length - 3_000_000);
    var known = new HashSet<String>();
    cut(new ByteArrayInputStream(before)).forEach(chunk -> known.add(hex(chunk)));
    var changed =
        cut(new ByteArrayInputStream(after.toByteArray())).stream()
            .filter(chunk -> !known.contains(hex(chunk)))
            .toList();
    assertThat(changed).hasSizeBetween(1, 3);
  }

  @Test
  void howAStreamIsReadDoesNotMoveBoundaries() throws IOException {
    var bytes = random(5 << 20);
    var whole = cut(new ByteArrayInputStream(bytes));
    var dripped = cut(new Dripping(bytes));
    assertThat(dripped).usingElementComparator(Arrays::compare).isEqualTo(whole);
  }

  /// The boundaries of these bytes as they have always been. When this fails, every next upload of
  /// every app is a whole one: change it only when that is meant.
  @Test
  void theBoundariesStayWhatTheyWere() throws IOException {
    assertThat(cut(new ByteArrayInputStream(random(1 << 20))))
        .extracting(chunk -> chunk.length)
        .containsExactly(PINNED);
  }

  private static final Integer[] PINNED = {
    58949, 120940, 87197, 72580, 68629, 57527, 46193, 31091, 21599, 68927, 69578, 92956, 66244,
    77896, 86249, 22021
  };

  private static List<byte[]> cut(InputStream in) throws IOException {
    var chunks = new ArrayList<byte[]>();
    FastCdc.cut(
        in,
        (buffer, offset, length) ->
            chunks.add(Arrays.copyOfRange(buffer, offset, offset + length)));
    return chunks;
  }

  private static byte[] joined(List<byte[]> chunks) {
    var joined = new ByteArrayOutputStream();
    chunks.forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  private static String hex(byte[] chunk) {
    return HexFormat.of().formatHex(Shipment.sha256().digest(chunk));
  }

  /// A stream that gives a few bytes at a time, as a pipe may.
  private static final class Dripping extends InputStream {
    private final ByteArrayInputStream bytes;

    Dripping(byte[] bytes) {
      this.bytes = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return bytes.read(buffer, offset, Math.min(length, 1013));
    }
  }
}
