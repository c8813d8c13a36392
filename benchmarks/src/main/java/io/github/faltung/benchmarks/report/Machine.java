package io.github.faltung.benchmarks.report;

import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.onednn.OneDnnInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/** Where a suite ran, and with what. */
final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** Returns processor, instruction set, JDK and the versions of all who may take part. */
    static Map<String, String> facts() {
        OneDnnInfo info = OneDnnEngine.info();
        var facts = new LinkedHashMap<String, String>();
        facts.put("cpu", cpu());
        facts.put("isa", info.effectiveIsa());
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("jdk", Runtime.version().toString());
        facts.put("onednn", info.version());
        facts.putAll(versions());
        return facts;
    }

    private static String cpu() {
        if (!Files.isReadable(CPU_INFO)) {
            return System.getProperty("os.arch");
        }
        try (var lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> versions() {
        var properties = new Properties();
        try (InputStream in = Machine.class.getResourceAsStream("versions.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var versions = new LinkedHashMap<String, String>();
        new TreeSet<>(properties.stringPropertyNames())
                .forEach(name -> versions.put(name, properties.getProperty(name)));
        return versions;
    }
}
