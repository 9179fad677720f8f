package dev.stead.store.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Patch;
import dev.stead.store.Patch.Edit;
import dev.stead.store.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

final class PatchesTest {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  @Test
  void aJsonPatchNamesWhatChanged() {
    assertThat(
            json("{'a':1,'b':[1,2,3],'c':{'x':1},'d':1}", "{'a':2,'b':[1,3],'c':{'x':1,'y/':2}}"))
        .isEqualTo(
            quoted(
                "[{'op':'replace','path':'/a','value':2},{'op':'remove','path':'/b/1'},"
                    + "{'op':'add','path':'/c/y~1','value':2},{'op':'remove','path':'/d'}]"));
    assertThat(json("1", "[]")).isEqualTo(quoted("[{'op':'replace','path':'','value':[]}]"));
    assertThat(json("{'a':1}", "{ 'a' : 1 }")).isEqualTo("[]");
  }

  /// Applied as RFC 6902 says, the patch gives the other document.
  @Test
  void aJsonPatchTurnsAnyDocumentIntoAnother() {
    Random random = seeded();
    for (int i = 0; i < 2_000; i++) {
      JsonNode from = document(random, 3);
      JsonNode to = document(random, 3);
      JsonNode operations = MAPPER.readTree(JsonPatch.between(from, to));
      assertThat(apply(from.deepCopy(), operations)).isEqualTo(to);
    }
  }

  @Test
  void bytesArePatchedWhateverTheyAre() {
    Random random = seeded();
    for (int i = 0; i < 2_000; i++) {
      byte[] from = bytes(random);
      byte[] to = bytes(random);
      Patch patch = Patches.between(value("x/y", from), value("x/y", to));
      assertThat(apply(from, (Patch.Bytes) patch)).isEqualTo(to);
    }
  }

  @Test
  void whatIsGoneOrOfAnotherTypeIsPatchedAsAWhole() {
    Optional<Value> text = value("text/plain", new byte[] {1});
    assertThat(Patches.between(text, Optional.empty())).isEqualTo(new Patch.Removal());
    assertThat(Patches.between(Optional.empty(), text))
        .isEqualTo(new Patch.Whole(text.orElseThrow()));
    assertThat(Patches.between(value("x/y", new byte[] {1}), text))
        .isEqualTo(new Patch.Whole(text.orElseThrow()));
  }

  private static Random seeded() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    return new Random(seed);
  }

  private static JsonNode document(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 4 : 2)) {
      case 0 -> MAPPER.getNodeFactory().numberNode(random.nextInt(3));
      case 1 -> MAPPER.getNodeFactory().stringNode("s" + random.nextInt(2));
      case 2 -> {
        ArrayNode array = MAPPER.createArrayNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          array.add(document(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = MAPPER.createObjectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.set(random.nextInt(3) + "~/", document(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static JsonNode apply(JsonNode document, JsonNode operations) {
    JsonNode patched = document;
    for (JsonNode operation : operations) {
      String path = operation.path("path").asString();
      if (path.isEmpty()) {
        patched = operation.path("value");
      } else {
        int last = path.lastIndexOf('/');
        apply(patched.at(path.substring(0, last)), path.substring(last + 1), operation);
      }
    }
    return patched;
  }

  private static void apply(JsonNode parent, String step, JsonNode operation) {
    String member = step.replace("~1", "/").replace("~0", "~");
    JsonNode value = operation.path("value");
    String op = operation.path("op").asString();
    if (parent instanceof ObjectNode object) {
      assertThat(object.has(member)).isEqualTo(!op.equals("add"));
      if (op.equals("remove")) {
        object.remove(member);
      } else {
        object.set(member, value);
      }
      return;
    }
    ArrayNode array = (ArrayNode) parent;
    int index = Integer.parseInt(member);
    switch (op) {
      case "add" -> array.insert(index, value);
      case "remove" -> assertThat(array.remove(index)).isNotNull();
      default -> array.set(index, value);
    }
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(8)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(2) * 0xff);
    }
    return bytes;
  }

  private static byte[] apply(byte[] from, Patch.Bytes patch) {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    int at = 0;
    for (Edit edit : patch.edits()) {
      switch (edit) {
        case Edit.Keep(int count) -> {
          to.write(from, at, count);
          at += count;
        }
        case Edit.Delete(ByteBuffer bytes) -> {
          assertThat(ByteBuffer.wrap(from, at, bytes.remaining())).isEqualTo(bytes);
          at += bytes.remaining();
        }
        case Edit.Insert(ByteBuffer bytes) -> insert(bytes.duplicate(), to);
      }
    }
    assertThat(at).isEqualTo(from.length);
    return to.toByteArray();
  }

  private static void insert(ByteBuffer bytes, ByteArrayOutputStream to) {
    while (bytes.hasRemaining()) {
      to.write(bytes.get());
    }
  }

  private static String json(String from, String to) {
    Patch patch =
        Patches.between(
            value("application/json", quoted(from).getBytes(StandardCharsets.UTF_8)),
            value("application/json", quoted(to).getBytes(StandardCharsets.UTF_8)));
    return ((Patch.Json) patch).operations();
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }

  private static Optional<Value> value(String contentType, byte[] bytes) {
    return Optional.of(new Value(contentType, bytes));
  }
}
