package dev.stead.rig.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Compiles files together, as far as their types, and hands over their trees. Keeps the compiler's
/// view of the JDK and the libraries for the next time.
final class Sources {
  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final StandardJavaFileManager libraries =
      compiler.getStandardFileManager(null, null, null);

  /// @param code by path
  /// @throws IllegalStateException when something does not compile: a rule that looks at types
  ///   would be blind there
  List<Source> of(Map<Path, String> code) {
    var problems = new DiagnosticCollector<JavaFileObject>();
    var options =
        List.of("-proc:none", "-implicit:none", "-cp", System.getProperty("java.class.path"));
    var files = new ArrayList<JavaFileObject>();
    code.forEach((path, text) -> files.add(new Code(path, text)));
    var task = (JavacTask) compiler.getTask(null, libraries, problems, options, null, files);
    try {
      var units = new ArrayList<CompilationUnitTree>();
      task.parse().forEach(units::add);
      task.analyze();
      refuseErrors(problems);
      var sources = new ArrayList<Source>();
      for (var unit : units) {
        sources.add(source(task, unit));
      }
      return sources;
    } catch (IOException e) {
      throw new UncheckedIOException("compiling " + code.size() + " files from memory", e);
    }
  }

  static Map<Path, String> read(List<Path> files) {
    var code = new TreeMap<Path, String>();
    for (var file : files) {
      try {
        code.put(file, Files.readString(file));
      } catch (IOException e) {
        throw new UncheckedIOException("reading " + file, e);
      }
    }
    return code;
  }

  private static void refuseErrors(DiagnosticCollector<JavaFileObject> problems) {
    var errors =
        problems.getDiagnostics().stream()
            .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
            .map(d -> d.getSource() + ":" + d.getLineNumber() + ": " + d.getMessage(Locale.ROOT))
            .toList();
    if (!errors.isEmpty()) {
      throw new IllegalStateException("does not compile:\n" + String.join("\n", errors));
    }
  }

  private static Source source(JavacTask task, CompilationUnitTree unit) throws IOException {
    var file = unit.getSourceFile();
    var code = file.getCharContent(true).toString();
    return new Source(
        Path.of(file.toUri().getPath()),
        unit,
        code.lines().toList(),
        Comment.of(code),
        Trees.instance(task),
        task.getTypes(),
        task.getElements());
  }

  private static final class Code extends SimpleJavaFileObject {
    private final String text;

    private Code(Path path, String text) {
      super(URI.create("memory://" + path), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
