package dev.stead.rig.tidy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.sun.source.tree.Tree;
import dev.stead.rig.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Holds STYLE.md where neither compiler nor formatter does. A finding says what to write instead.
final class TidyTest {
  private static final List<Rule> RULES =
      Stream.of(Shape.RULES, Calls.RULES, Words.RULES).flatMap(List::stream).toList();

  private final Sources compiler = new Sources();

  @TestFactory
  Stream<DynamicTest> everyRuleFindsItsBadExample() {
    return RULES.stream()
        .map(
            rule ->
                dynamicTest(rule.name(), () -> assertThat(example(rule.bad(), rule)).hasSize(1)));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleLeavesItsGoodExampleAlone() {
    return RULES.stream()
        .map(
            rule ->
                dynamicTest(rule.name(), () -> assertThat(example(rule.good(), rule)).isEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> everyFileOfTheRepositoryObeys() {
    var sources = everySource();
    return RULES.stream()
        .map(rule -> dynamicTest(rule.name(), () -> assertThat(findings(rule, sources)).isEmpty()));
  }

  // What is compiled together may know each other: the product; each module's tests; each app.
  private List<Source> everySource() {
    var sources = new ArrayList<Source>();
    var product = new ArrayList<Path>();
    Repository.MODULES.forEach(m -> product.addAll(Repository.javaFilesUnder(m + "/src/main")));
    sources.addAll(compiled(product));
    Stream.concat(Repository.MODULES.stream(), Stream.of("rig"))
        .forEach(m -> sources.addAll(compiled(Repository.javaFilesUnder(m + "/src/test"))));
    Repository.appDirectories()
        .forEach(app -> sources.addAll(compiled(Repository.javaFilesUnder(app.toString()))));
    return sources;
  }

  private List<Source> compiled(List<Path> files) {
    return files.isEmpty() ? List.of() : compiler.of(Sources.read(files));
  }

  private List<String> example(String code, Rule rule) {
    return findings(rule, compiler.of(Map.of(Path.of("/A.java"), code)));
  }

  private static List<String> findings(Rule rule, List<Source> sources) {
    var found = new ArrayList<String>();
    for (var source : sources) {
      if (source.isProduct() || rule.scope() == Rule.Scope.PRODUCT_AND_TESTS) {
        rule.check().run(source, new Lines(source, found));
      }
    }
    return found;
  }

  /// Writes each finding as `path:line: message`.
  private record Lines(Source source, List<String> found) implements Rule.Report {
    @Override
    public void line(int line, String message) {
      found.add("%s:%d: %s".formatted(Repository.relative(source.path()), line, message));
    }

    @Override
    public void tree(Tree at, String message) {
      line(source.firstLine(at), message);
    }
  }
}
