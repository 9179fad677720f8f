package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Code;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The repository as a whole: nothing in it belongs to one machine, and its pages tell the same as
/// its code.
final class RepositoryTest {
  // Written with brackets so that this file does not find itself.
  private static final Pattern FOREIGN =
      Pattern.compile(
          "(?<![\\w.])/[w]ork/|(?<![\\w.])/[r]oot/|/[h]ome/\\w+/"
              + "|https?://[\\w.-]*([r]epo|[r]egistry|[m]irror)[\\w.-]*\\.[a-z]{2,}|\"[r]esolved\":");

  private static final Pattern CODE = Pattern.compile("\"([SDAC]-[A-Z0-9]+(?:-[A-Z0-9]+)*)\"");

  @Test
  void nothingNamesAMachineOrARegistry() throws Exception {
    var found = new ArrayList<String>();
    for (var file : Repository.trackedFiles()) {
      foreign(file).map(line -> Repository.relative(file) + ": " + line).forEach(found::add);
    }
    assertThat(found).isEmpty();
  }

  @Test
  void whatNamesAMachineIsFound() {
    assertThat(
            Stream.of(
                "cd /wo" + "rk/main",
                "/ro" + "ot/.m2",
                "\"reso" + "lved\": \"x\"",
                "https://regis" + "try.npmjs.org/x"))
        .allMatch(line -> FOREIGN.matcher(line).find());
    assertThat("https://example.com/work/network").doesNotContainPattern(FOREIGN);
  }

  @Test
  void everyCodeThatIsUsedIsExplained() {
    assertThat(codesInSources()).allSatisfy(code -> assertThat(Code.find(code)).isPresent());
  }

  @Test
  void everyCodeThatIsExplainedIsUsed() throws IOException {
    var sources = new StringBuilder();
    for (var file : productSources()) {
      if (!file.endsWith("Code.java")) {
        sources.append(Files.readString(file));
      }
    }
    assertThat(Code.values())
        .allSatisfy(
            code ->
                assertThat(
                        sources.indexOf("Code." + code.name()) >= 0
                            || sources.indexOf("case " + code.name()) >= 0
                            || sources.indexOf('"' + code.id() + '"') >= 0)
                    .as("%s is used", code)
                    .isTrue());
  }

  private static Stream<String> foreign(Path file) throws IOException {
    try {
      return Files.readString(file).lines().filter(line -> FOREIGN.matcher(line).find());
    } catch (MalformedInputException e) {
      return Stream.of(); // not text
    }
  }

  private static Set<String> codesInSources() {
    return productSources().stream()
        .flatMap(RepositoryTest::codes)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> codes(Path file) {
    try {
      return CODE.matcher(Files.readString(file)).results().map(match -> match.group(1));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("reading " + file, e);
    }
  }

  private static List<Path> productSources() {
    return Repository.MODULES.stream()
        .flatMap(module -> Repository.javaFilesUnder(module + "/src/main").stream())
        .toList();
  }
}
