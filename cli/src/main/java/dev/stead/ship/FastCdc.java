package dev.stead.ship;

import java.io.IOException;
import java.io.InputStream;

/// Content-defined chunking: cuts a stream where its own bytes say so, so that an insertion moves
/// no boundary but those near it.
///
/// This is FastCDC with normalised chunking (Xia et al., "FastCDC: a Fast and Efficient
/// Content-Defined Chunking Approach for Data Deduplication", USENIX ATC 2016): a gear hash of the
/// last 64 bytes, a cut where its high bits are zero, more bits asked for before the average size
/// than after it. The boundaries are part of no format: the agent takes chunks of any size. But a
/// change to this class makes every next upload a whole one.
final class FastCdc {
  static final int LEAST = 16 << 10;
  static final int AVERAGE = 64 << 10;
  static final int MOST = 256 << 10;

  // The average is 2^16: two bits more before it and two fewer after it, which is the paper's level
  // 2
  private static final long STRICT = -1L << (64 - 18);
  private static final long EASY = -1L << (64 - 14);
  private static final long[] GEAR = gear();
  private static final int BUFFER = 4 * MOST;

  private FastCdc() {}

  /// Takes each chunk in order; the array is valid during the call only.
  @FunctionalInterface
  interface Sink {
    void chunk(byte[] buffer, int offset, int length) throws IOException;
  }

  /// Cuts a stream to its end.
  static void cut(InputStream in, Sink sink) throws IOException {
    var buffer = new byte[BUFFER];
    int start = 0;
    int end = 0;
    boolean more = true;
    while (more || start < end) {
      if (more && end - start < MOST) {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        int wanted = buffer.length - end;
        int read = in.readNBytes(buffer, end, wanted);
        more = read == wanted;
        end += read;
      } else {
        int length = length(buffer, start, end);
        sink.chunk(buffer, start, length);
        start += length;
      }
    }
  }

  /// The length of the chunk that begins at `start`.
  private static int length(byte[] buffer, int start, int end) {
    int available = Math.min(end - start, MOST);
    if (available <= LEAST) {
      return available;
    }
    long hash = 0;
    int i = start + LEAST;
    int strictEnd = start + Math.min(available, AVERAGE);
    for (; i < strictEnd; i++) {
      hash = (hash << 1) + GEAR[buffer[i] & 0xff];
      if ((hash & STRICT) == 0) {
        return i + 1 - start;
      }
    }
    for (int last = start + available; i < last; i++) {
      hash = (hash << 1) + GEAR[buffer[i] & 0xff];
      if ((hash & EASY) == 0) {
        return i + 1 - start;
      }
    }
    return available;
  }

  /// 256 fixed random numbers: the first outputs of SplitMix64 from seed 0 (Steele, Lea, Flood
  /// 2014).
  private static long[] gear() {
    var table = new long[256];
    for (int i = 0; i < table.length; i++) {
      long z = (i + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      table[i] = z ^ (z >>> 31);
    }
    return table;
  }
}
