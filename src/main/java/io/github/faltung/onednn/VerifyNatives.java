package io.github.faltung.onednn;

import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The build's check of the native jars on its own class path, run after compilation: silent when all is well, one line and
 * exit status 1 when not.
 */
final class VerifyNatives {
    private VerifyNatives() {}

    /** Takes no arguments: the class path it was started with is what it checks. */
    public static void main(String[] args) {
        List<Path> classPath = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getProperty("java.class.path", ""))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toList();
        try {
            BundledNatives.load().verify(classPath);
        } catch (IllegalStateException | UncheckedIOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
