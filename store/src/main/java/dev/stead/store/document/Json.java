package dev.stead.store.document;

import dev.stead.store.Value;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON documents as trees, and back. Numbers keep all their digits.
final class Json {
  static final String CONTENT_TYPE = "application/json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Json() {}

  /// The document that a value says it is; empty when it is none.
  static Optional<JsonNode> read(Value value) {
    if (!value.contentType().equals(CONTENT_TYPE)) {
      return Optional.empty();
    }
    try {
      JsonNode document = MAPPER.readTree(value.bytes());
      return document.isMissingNode() ? Optional.empty() : Optional.of(document);
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  static Value write(JsonNode document) {
    return new Value(CONTENT_TYPE, MAPPER.writeValueAsBytes(document));
  }

  /// The step of a JSON Pointer to a member (RFC 6901, section 3).
  static String step(String member) {
    return "/" + member.replace("~", "~0").replace("/", "~1");
  }
}
