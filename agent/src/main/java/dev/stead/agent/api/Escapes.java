package dev.stead.agent.api;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The text of a path, where `%XX` stands for one byte of UTF-8 (RFC 3986, 2.5).
final class Escapes {
  private Escapes() {}

  /// @throws IllegalArgumentException when it is not the text of any key: two paths must not name
  ///   the same one because neither can be read
  static String decoded(String path) {
    // In a path a plus is itself.
    var octets =
        URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
            .getBytes(StandardCharsets.ISO_8859_1);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'%s' has escapes that are no UTF-8".formatted(path), e);
    }
  }
}
