package io.github.faltung.onednn;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A Java agent: in a JVM that runs with it {@link Faults} can strike, in code that knows nothing of it. */
public final class FaultAgent {
    private FaultAgent() {}

    /** Called by the JVM before {@code main}. */
    public static void premain(String arguments, Instrumentation instrumentation) {
        var points = new FaultPoints();
        instrumentation.addTransformer(points);
        instrumentation.setNativeMethodPrefix(points, FaultPoints.REAL);
    }

    /**
     * Writes the jar that names the agent; its classes are on the class path.
     *
     * @param args where to
     */
    public static void main(String[] args) throws IOException {
        writeJar(Path.of(args[0]));
    }

    static void writeJar(Path jar) throws IOException {
        var manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", FaultAgent.class.getName());
        attributes.putValue("Can-Set-Native-Method-Prefix", "true");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.finish();
        }
    }
}
