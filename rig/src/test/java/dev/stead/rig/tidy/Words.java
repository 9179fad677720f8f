package dev.stead.rig.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreePath;
import dev.stead.rig.tidy.Rule.Report;
import dev.stead.rig.tidy.Rule.Scope;
import java.util.List;
import java.util.regex.Pattern;

/// Rules about names and comments.
final class Words {
  private static final Pattern EMPTY_WORD =
      Pattern.compile(
          "(?:^|(?<=[a-z0-9]))(Manager|Helper|Utils?|Impl|Processor|Data|Info|Abstract|Base)(?=[A-Z]|$)");
  private static final Pattern LAYER =
      Pattern.compile("(^|\\.)(util|utils|common|core|impl|model|models|misc|helpers?)(\\.|$)");
  private static final Pattern REASONED_TODO =
      Pattern.compile("TODO: \\S+ \\S+ \\S+.*", Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("// ?[^/].*(;|\\{|\\)\\.)\\s*|// ?}.*");
  private static final Pattern BANNER = Pattern.compile(".*([-=*#─━═~]{3,}|(//|\\s)[─━═]{2}\\s).*");

  static final List<Rule> RULES =
      List.of(
          new Rule(
              "a class is named after the thing",
              Scope.PRODUCT_AND_TESTS,
              "class StreamManager {}",
              "class Metadata { class Information {} }",
              Words::emptyWords),
          new Rule(
              "a package is a feature",
              Scope.PRODUCT_AND_TESTS,
              "package dev.stead.util; class A {}",
              "package dev.stead.utility; class A {}",
              Words::layers),
          new Rule(
              "an accessor is named after what it gives",
              Scope.PRODUCT_AND_TESTS,
              "class A { int getPort() { return 1; } }",
              "class A implements java.util.function.IntSupplier { int get(int i) { return i; }"
                  + " @Override public int getAsInt() { return 1; } }",
              Words::getters),
          new Rule(
              "every top-level type says what it is",
              Scope.PRODUCT,
              "final class A {}",
              "/// The thing.\nfinal class A { private static final class B {} }",
              Words::docs),
          new Rule(
              "doc comments are Markdown",
              Scope.PRODUCT_AND_TESTS,
              "/** Old. */ class A {}",
              "/// New.\nclass A { /* **/ }",
              eachComment(c -> c.text().startsWith("/**"), "write it with /// and Markdown")),
          new Rule(
              "what is left to do has its reason",
              Scope.PRODUCT_AND_TESTS,
              "class A { // TODO faster\n}",
              "class A { // TODO: faster once the engine reads in bulk\n}",
              eachComment(
                  c -> c.text().matches("(?s).*\\b(TODO|FIXME|XXX)\\b.*") && !reasoned(c.text()),
                  "do it now, or write TODO: what, and until when or why not yet")),
          new Rule(
              "no code is commented out",
              Scope.PRODUCT_AND_TESTS,
              "class A { // int n = 1;\n}",
              "class A { // the first one; then the rest\n}",
              eachComment(c -> CODE.matcher(c.text()).matches(), "delete it, git remembers")),
          new Rule(
              "no banners",
              Scope.PRODUCT_AND_TESTS,
              "class A { // ── parts ──\n}",
              "/// | a | b |\n/// | --- | --- |\nclass A { // parts -- and more\n}",
              eachComment(
                  c -> !c.isDoc() && BANNER.matcher(c.text()).matches(),
                  "let the order of methods speak, or make two classes")),
          new Rule(
              "a silenced warning has its reason",
              Scope.PRODUCT_AND_TESTS,
              "class A { @SuppressWarnings(\"unchecked\") void f() {} }",
              "class A { // the map is filled by put() alone\n @SuppressWarnings(\"unchecked\") void f() {} }",
              Words::suppressions));

  private Words() {}

  private interface Wrong {
    boolean test(Comment comment);
  }

  private static Rule.Check eachComment(Wrong wrong, String instead) {
    return (source, report) ->
        source.comments().stream()
            .filter(wrong::test)
            .forEach(c -> report.line(c.firstLine(), c.text().strip() + ": " + instead));
  }

  private static boolean reasoned(String comment) {
    return REASONED_TODO.matcher(comment.substring(Math.max(0, comment.indexOf("TODO")))).matches();
  }

  private static void emptyWords(Source source, Report report) {
    source.each(
        ClassTree.class,
        path -> {
          var name = ((ClassTree) path.getLeaf()).getSimpleName();
          var word = EMPTY_WORD.matcher(name);
          if (word.find()) {
            report.tree(
                path.getLeaf(),
                "%s: '%s' says nothing; name the thing it is".formatted(name, word.group(1)));
          }
        });
  }

  private static void layers(Source source, Report report) {
    var name = source.unit().getPackageName();
    if (name != null && LAYER.matcher(name.toString()).find()) {
      report.tree(name, name + ": put its classes to the feature that uses them");
    }
  }

  private static void getters(Source source, Report report) {
    source.each(
        MethodTree.class,
        path -> {
          var method = (MethodTree) path.getLeaf();
          if (method.getName().toString().matches("get[A-Z].*")
              && method.getParameters().isEmpty()
              && !Shape.overrides(source, path)) {
            report.tree(
                method,
                "%s(): drop the 'get', or say what it does (read, fetch, find)"
                    .formatted(method.getName()));
          }
        });
  }

  private static void docs(Source source, Report report) {
    source
        .unit()
        .getTypeDecls()
        .forEach(
            type -> {
              var path = new TreePath(new TreePath(source.unit()), type);
              if (source.trees().getDocComment(path) == null) {
                report.tree(type, "no /// comment: say in its first sentence what it is");
              }
            });
  }

  private static void suppressions(Source source, Report report) {
    source.each(
        AnnotationTree.class,
        path -> {
          var annotation = (AnnotationTree) path.getLeaf();
          var line = source.firstLine(annotation);
          var type = annotation.getAnnotationType().toString();
          if (type.equals("SuppressWarnings") && !source.commentedWithin(line - 1, line)) {
            report.tree(annotation, "%s: say why in a // comment above it".formatted(annotation));
          }
        });
  }
}
