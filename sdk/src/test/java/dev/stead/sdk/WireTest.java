package dev.stead.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What the wire's JSON looks like, and what is refused.
final class WireTest {
  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Object value) {
    return new String(Wire.write(value), StandardCharsets.UTF_8);
  }

  @Test
  void namesAreKebabCaseTimesIso8601AndEmptyOptionalsNull() {
    var release =
        new Answers.Release(
            7,
            Instant.parse("2026-11-26T04:50:00Z"),
            "ada@laptop",
            "deploy",
            "b",
            12,
            true,
            true,
            Optional.empty());
    assertThat(text(release))
        .isEqualTo(
            "{\"number\":7,\"created-at\":\"2026-11-26T04:50:00Z\",\"created-by\":\"ada@laptop\","
                + "\"reason\":\"deploy\",\"bundle\":\"b\",\"bytes\":12,\"live\":true,\"kept\":true,"
                + "\"outcome\":null}");
    assertThat(Wire.read(Wire.write(release), Answers.Release.class)).isEqualTo(release);
  }

  @Test
  void anOptionalMemberMayBeNullOrMissing() {
    var none = new Requests.Plain(Optional.empty());
    assertThat(Wire.read(bytes("{}"), Requests.Plain.class)).isEqualTo(none);
    assertThat(Wire.read(bytes("{\"wait-for\":null}"), Requests.Plain.class)).isEqualTo(none);
    assertThat(Wire.read(bytes("{\"wait-for\":\"PT2S\"}"), Requests.Plain.class))
        .isEqualTo(new Requests.Plain(Optional.of(Duration.ofSeconds(2))));
  }

  @Test
  void aConfigOfAVersionBeforeThisOneIsReadWithoutChecks() {
    var before = text(HttpConfig.DEFAULTS).replaceAll(",\"checks\":\\{[^}]*}", "");
    assertThat(before).doesNotContain("checks");
    assertThat(Wire.read(bytes(before), HttpConfig.class)).isEqualTo(HttpConfig.DEFAULTS);

    var liveness = new HttpConfig.Liveness("/alive", Duration.ofSeconds(10), 3);
    var checks = new HttpConfig.Checks(Optional.of("bin/ready"), Optional.of(liveness));
    assertThat(Wire.read(Wire.write(checks), HttpConfig.Checks.class)).isEqualTo(checks);
  }

  @Test
  void optionalNumbersAndSortedMapsComeBackAsTheyWent() {
    var process =
        new ProcessConfig(
            "run",
            2,
            OptionalLong.of(64 << 20),
            OptionalDouble.of(0.5),
            Duration.ofSeconds(10),
            true,
            Optional.of("INT"),
            Optional.of(Duration.ofMinutes(15)));
    var config =
        new AppConfig(
            "cv",
            Optional.empty(),
            new TreeMap<>(Map.of("web", process, "worker", ProcessConfig.of("work"))),
            Optional.empty(),
            HttpConfig.DEFAULTS,
            RolloutConfig.DEFAULTS,
            Optional.empty(),
            new TreeMap<>(),
            AppConfig.SystemConfig.NONE,
            new TreeMap<>(Map.of("B", "2", "A", "1")),
            new TreeMap<>(
                Map.of("staging", new AppConfig.EnvironmentConfig(List.of("beta.example.com")))));
    assertThat(Wire.read(Wire.write(config), AppConfig.class)).isEqualTo(config);
    assertThat(text(config)).contains("\"env\":{\"A\":\"1\",\"B\":\"2\"}");
    var former = text(config).replaceFirst(",\"environments\":.*}}", "");
    assertThat(
            Wire.read((former + "}").getBytes(StandardCharsets.UTF_8), AppConfig.class)
                .environments())
        .isEmpty();
    assertThat(config.hosts("staging")).containsExactly("beta.example.com");
  }

  @Test
  void aCaseOfASealedTypeSaysWhichItIs() {
    var note = new Event.Note("hello");
    assertThat(text(note)).isEqualTo("{\"type\":\"note\",\"text\":\"hello\"}");
    assertThat(Wire.read(Wire.write(note), Event.class)).isEqualTo(note);
  }

  @Test
  void theLongestTextIsReadAgainWhateverStandsInIt() {
    for (var one : List.of("x", "\"", "\u0001", "\n")) {
      var note = new Event.Note(one.repeat(Wire.TEXT_BYTES_MAX));
      assertThat(Wire.read(Wire.write(note), Event.class)).isEqualTo(note);
    }
    var wide = new Event.Note("\u00fc".repeat(Wire.TEXT_BYTES_MAX / 2));
    assertThat(Wire.read(Wire.write(wide), Event.class)).isEqualTo(wide);
  }

  @Test
  void unknownMembersAreIgnored() {
    assertThat(Wire.read(bytes("{\"run\":\"r1\",\"new\":[{\"a\":1}]}"), Answers.RunStarted.class))
        .isEqualTo(new Answers.RunStarted("r1"));
  }

  @Test
  void aMissingMemberIsNamed() {
    assertThatThrownBy(() -> Wire.read(bytes("{\"name\":\"ci\"}"), Requests.NewToken.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a valid NewToken: public-key is missing");
  }

  @Test
  void whatIsNoJsonOrOfAnotherTypeIsRefused() {
    for (var json :
        List.of("", "{", "[]", "nothing", "{\"columns\":\"wide\",\"rows\":2}", "{\"columns\":1")) {
      assertThatThrownBy(() -> Wire.read(bytes(json), Requests.TerminalSize.class))
          .as(json)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("not a valid TerminalSize: ");
    }
  }
}
