package io.github.faltung.guide;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles snippets, all in one call, and runs them. */
final class SnippetCompiler implements AutoCloseable {
    /** What every snippet may use by its simple name. */
    private static final List<String> IMPORTS = List.of(
            "io.github.faltung.*",
            "io.github.faltung.checking.*",
            "io.github.faltung.convolution.*",
            "io.github.faltung.exchange.*",
            "io.github.faltung.image.*",
            "io.github.faltung.onednn.*",
            "io.github.faltung.planning.*",
            "io.github.faltung.reference.*",
            "io.github.faltung.spark.*",
            "io.github.faltung.tensor.*",
            "java.awt.image.*",
            "java.io.*",
            "java.nio.*",
            "java.nio.file.*",
            "java.util.*",
            "java.util.concurrent.*",
            "java.util.function.*",
            "org.apache.spark.sql.*",
            "static io.github.faltung.convolution.ConvolutionDescriptor.*",
            "static io.github.faltung.convolution.DeformableDescriptor.*",
            "static io.github.faltung.convolution.PoolingDescriptor.*");

    private static final Pattern CLASS_NAME = Pattern.compile("public (?:final )?class (\\w+)");

    private final Map<Snippet, Source> sources = new HashMap<>();
    private final URLClassLoader loader;

    private SnippetCompiler(List<Snippet> snippets, URLClassLoader loader) {
        this.loader = loader;
        for (Snippet snippet : snippets) {
            sources.put(snippet, new Source(snippet, sources.size()));
        }
    }

    /**
     * Compiles snippets.
     *
     * @param output where the classes go
     * @throws AssertionError if one does not compile, with page and line
     */
    static SnippetCompiler compile(List<Snippet> snippets, Path output) throws IOException {
        var compiler = new SnippetCompiler(
                snippets, new URLClassLoader(new URL[] {output.toUri().toURL()}, Runner.class.getClassLoader()));
        var problems = new DiagnosticCollector<JavaFileObject>();
        List<String> options = List.of(
                "-d",
                output.toString(),
                "-classpath",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-proc:none",
                "-Xlint:deprecation,removal,unchecked,rawtypes",
                "-Werror");
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problems, options, null, compiler.sources.values())
                .call();
        if (!compiled) {
            throw new AssertionError(problems.getDiagnostics().stream()
                    .map(SnippetCompiler::describe)
                    .collect(Collectors.joining("\n", "The guide does not compile:\n", "")));
        }
        return compiler;
    }

    private static String describe(Diagnostic<? extends JavaFileObject> problem) {
        String text = problem.getMessage(null);
        return problem.getSource() instanceof Source source
                ? source.place(problem.getLineNumber()) + ": " + text
                : text;
    }

    /** Returns what runs a snippet. */
    Runner runner(Snippet snippet) throws ReflectiveOperationException {
        Class<?> compiled = loader.loadClass(Objects.requireNonNull(sources.get(snippet)).className);
        if (snippet.kind() == Snippet.Kind.FILE) {
            Method main = compiled.getMethod("main", String[].class);
            return (engine, folder) -> main.invoke(null, (Object) new String[0]);
        }
        return (Runner) compiled.getConstructor().newInstance();
    }

    /** A snippet as a source file. */
    private static final class Source extends SimpleJavaFileObject {
        private final Snippet snippet;
        private final String className;
        private final String text;
        private final int linesBefore;

        Source(Snippet snippet, int number) {
            super(URI.create("string:///Snippet" + number + ".java"), Kind.SOURCE);
            this.snippet = snippet;
            if (snippet.kind() == Snippet.Kind.FILE) {
                className = nameOfClass(snippet);
                text = snippet.code();
                linesBefore = 0;
                return;
            }
            className = "Snippet" + number;
            boolean isExpression = snippet.kind() == Snippet.Kind.EXPRESSION;
            var before = new ArrayList<String>();
            IMPORTS.forEach(name -> before.add("import " + name + ";"));
            before.add("public final class " + className + " implements " + Runner.class.getName() + " {");
            before.add(
                    "private Engine engine; private Path folder;"); // fields, which a snippet's own variables may hide
            before.add("@Override public Object run(Engine engine, Path folder) throws Exception {");
            before.add("this.engine = engine; this.folder = folder; return body(); }");
            before.add("private Object body() throws Exception {");
            before.addAll(snippet.given().lines().toList());
            text = String.join("\n", before) + "\n"
                    + (isExpression ? "return " + snippet.code() + ";" : snippet.code() + "\nreturn null;")
                    + "\n}\n}\n";
            linesBefore = before.size();
        }

        private static String nameOfClass(Snippet snippet) {
            Matcher matcher = CLASS_NAME.matcher(snippet.code());
            if (!matcher.find()) {
                throw new AssertionError(snippet.place() + ": a snippet with imports must have a public class");
            }
            return matcher.group(1);
        }

        String place(long line) {
            if (line <= linesBefore) {
                return snippet.place() + " (in what is given to it)";
            }
            String page = snippet.place().substring(0, snippet.place().lastIndexOf(':'));
            return page + ":" + (snippet.line() + line - linesBefore - 1);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        /** Public classes must be in a file of their name. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE && simpleName.equals(className);
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
