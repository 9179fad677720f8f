package dev.stead.agent.api;

import java.net.URLDecoder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The text of a path or a parameter, where `%XX` stands for one byte of UTF-8 (RFC 3986, 2.5).
final class Escapes {
  private static final char ASCII_MAX = 0x7f;

  private Escapes() {}

  /// @throws IllegalArgumentException when it is not the text of any key: two paths must not name
  ///   the same one because neither can be read
  static String decoded(String path) {
    if (path.indexOf('%') < 0 && isAscii(path)) {
      return path;
    }
    // In a path a plus is itself.
    var octets = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
    try {
      return text(octets);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'%s' has escapes that are no UTF-8".formatted(path), e);
    }
  }

  /// What octets say, each of them given as a character.
  ///
  /// @throws CharacterCodingException when they are no UTF-8
  static String text(String octets) throws CharacterCodingException {
    if (isAscii(octets)) {
      return octets;
    }
    var bytes = StandardCharsets.ISO_8859_1.newEncoder().encode(CharBuffer.wrap(octets));
    return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
  }

  /// Most texts are, and mean themselves: each request would make two codecs otherwise.
  private static boolean isAscii(String text) {
    for (var i = 0; i < text.length(); i++) {
      if (text.charAt(i) > ASCII_MAX) {
        return false;
      }
    }
    return true;
  }
}
