package dev.stead.rig.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.TreePath;
import dev.stead.rig.tidy.Rule.Scope;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/// Rules about what is never called, each with what to write instead.
final class Calls {
  private static final String CLOCKS =
      "java.time.(Instant|LocalDate|LocalDateTime|LocalTime|ZonedDateTime|OffsetDateTime)";

  static final List<Rule> RULES =
      List.of(
          ban(
              "nothing sleeps",
              "java.lang.Thread|java.util.concurrent.TimeUnit",
              "sleep",
              "wait for the condition itself, with a deadline (Condition.await, BlockingQueue.poll,"
                  + " a scheduled executor; in tests, Eventually)",
              "class A { void f() throws InterruptedException { Thread.sleep(5); } }",
              "class A { void f(Object lock) throws InterruptedException { lock.wait(5); } }"),
          new Rule(
              "the wall clock is read in Main only",
              Scope.PRODUCT,
              "class A { Object f() { return java.time.Instant.now(); } }",
              "class Main { Object f() { return java.time.InstantSource.system(); } }",
              banned(
                  named("java.lang.System", "currentTimeMillis")
                      .or(named(CLOCKS, "now"))
                      .or(named("java.time.Clock", "system.*"))
                      .or(named("java.time.InstantSource", "system"))
                      .or(named("java.util.Date", "<init>").and(e -> e.getParameters().isEmpty())),
                  "take an InstantSource in the constructor (Main passes the system's); for time"
                      + " spans use System.nanoTime()",
                  Calls::inMain)),
          ban(
              "no Optional is opened by force",
              "java.util.Optional",
              "get",
              "orElseThrow(() -> … what was expected), ifPresent, map, orElse",
              "class A { int f(java.util.Optional<Integer> o) { return o.get(); } }",
              "class A { int f(java.util.List<Integer> l) { return l.get(0); } }"),
          new Rule(
              "only Main ends the process",
              Scope.PRODUCT_AND_TESTS,
              "class A { void f() { System.exit(1); } }",
              "class Main { void f() { System.exit(1); } }",
              banned(
                  named("java.lang.System", "exit").or(named("java.lang.Runtime", "exit|halt")),
                  "return an exit code, or throw, up to Main",
                  Calls::inMain)),
          ban(
              "threads have names",
              "java.lang.Thread|java.util.concurrent.Executors",
              "startVirtualThread|newVirtualThreadPerTaskExecutor",
              "Thread.ofVirtual().name(\"what it does\").start(…), or"
                  + " Executors.newThreadPerTaskExecutor with such a factory",
              "class A { void f() { Thread.startVirtualThread(this::f); } }",
              "class A { void f() { Thread.ofVirtual().name(\"f\").start(this::f); } }"),
          ban(
              "no chains of futures",
              "java.util.concurrent.(CompletableFuture|CompletionStage)",
              "then.*|handle.*|whenComplete.*|exceptionally.*|supplyAsync|runAsync",
              "blocking code on a named virtual thread; a library's future ends in get() at the class"
                  + " that calls it",
              "import java.util.concurrent.*; class A { void f(CompletableFuture<Integer> f) { f.thenRun(() -> {}); } }",
              "import java.util.concurrent.*; class A { int f(CompletableFuture<Integer> f) throws Exception { return f.get(); } }"),
          ban(
              "no Java serialization",
              "java.io.Object(In|Out)putStream",
              ".*",
              "write JSON through the part's own codec",
              "class A { Object f(java.io.InputStream in) throws Exception { return new java.io.ObjectInputStream(in); } }",
              "class A { Object f(java.io.InputStream in) { return new java.io.DataInputStream(in); } }"),
          ban(
              "chance has a seed",
              "java.util.Random|java.lang.Math|java.util.concurrent.ThreadLocalRandom",
              "random|current|<init>\\(\\)",
              "take a generator with a seed (RandomGenerator) and print the seed in tests; for ids and"
                  + " keys SecureRandom",
              "class A { int f() { return new java.util.Random().nextInt(); } }",
              "class A { int f(long seed) { return new java.util.Random(seed).nextInt(); } }"),
          ban(
              "no stack trace is printed on the way",
              "java.lang.Throwable",
              "printStackTrace\\(\\)",
              "throw it on with what was attempted; who ends it reports it once",
              "class A { void f(Throwable t) { t.printStackTrace(); } }",
              "class A { void f(Throwable t, java.io.PrintWriter to) { t.printStackTrace(to); } }"));

  private Calls() {}

  private static Rule ban(
      String name, String owners, String methods, String instead, String... badAndGood) {
    return new Rule(
        name,
        Scope.PRODUCT_AND_TESTS,
        badAndGood[0],
        badAndGood[1],
        banned(named(owners, methods), instead, _ -> false));
  }

  /// Methods of these classes whose name, or name with parameter types, matches.
  private static Predicate<ExecutableElement> named(String owners, String methods) {
    var owner = Pattern.compile(owners);
    var method = Pattern.compile(methods);
    return e ->
        e.getEnclosingElement() instanceof TypeElement type
            && owner.matcher(type.getQualifiedName()).matches()
            && (method.matcher(e.getSimpleName()).matches()
                || method.matcher(signature(e)).matches());
  }

  private static String signature(ExecutableElement e) {
    return e.getSimpleName()
        + e.getParameters().stream()
            .map(p -> p.asType().toString())
            .collect(java.util.stream.Collectors.joining(",", "(", ")"));
  }

  private static Rule.Check banned(
      Predicate<ExecutableElement> calls, String instead, Predicate<TreePath> allowed) {
    return (source, report) ->
        source.each(
            ExpressionTree.class,
            path -> {
              var called = called(source, path);
              if (called != null && calls.test(called) && !allowed.test(path)) {
                report.tree(
                    path.getLeaf(),
                    "%s: instead %s"
                        .formatted(
                            path.getLeaf().toString().lines().findFirst().orElse(""), instead));
              }
            });
  }

  private static @Nullable ExecutableElement called(Source source, TreePath path) {
    var element =
        switch (path.getLeaf()) {
          case MethodInvocationTree call ->
              source.element(new TreePath(path, call.getMethodSelect()));
          case NewClassTree _, MemberReferenceTree _ -> source.element(path);
          default -> null;
        };
    return element instanceof ExecutableElement method ? method : null;
  }

  private static boolean inMain(TreePath path) {
    for (TreePath p = path; p != null; p = p.getParentPath()) {
      if (p.getLeaf() instanceof ClassTree type && type.getSimpleName().contentEquals("Main")) {
        return true;
      }
    }
    return false;
  }
}
