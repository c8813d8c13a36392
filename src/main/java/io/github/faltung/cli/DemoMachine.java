package io.github.faltung.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What the demo ran on, so that its times can be judged. */
final class DemoMachine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private DemoMachine() {}

    /** Returns processor, system, Java and Faltung's version in one line; what can't be found out is left out. */
    static String describe() {
        int processors = Runtime.getRuntime().availableProcessors();
        return processor() + ", " + processors + (processors == 1 ? " processor, " : " processors, ")
                + System.getProperty("os.name") + ", Java " + System.getProperty("java.version") + ", Faltung "
                + Version.text();
    }

    private static String processor() {
        return processorOnLinux()
                .or(() -> Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"))) // as Windows says it
                .orElse(System.getProperty("os.arch"));
    }

    private static Optional<String> processorOnLinux() {
        if (!Files.isReadable(CPU_INFO)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
