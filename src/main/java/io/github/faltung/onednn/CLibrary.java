package io.github.faltung.onednn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The C library that this process runs on, which is among its mapped files. On systems other than Linux nothing is known of it.
 *
 * @param musl the path of musl's loader, or an empty text if it is not among them
 * @param glibcBelow234 the version of a glibc older than 2.34, which has it in its file's name; else an empty text
 */
record CLibrary(String musl, String glibcBelow234) {
    private static final Path MAPS = Path.of("/proc/self/maps");

    /** Alpine's names; elsewhere both are links to a {@code libc.so}, a name that glibc's file never has. Android's C library has it. */
    private static final Pattern MUSL =
            Pattern.compile("/\\S*(?:/ld-musl-\\S*|/libc\\.musl-\\S*|(?<!/bionic)/libc\\.so)$");

    private static final Pattern GLIBC = Pattern.compile("/libc-(\\d+\\.\\d+)\\.so");
    private static final Pattern MUSL_VERSION = Pattern.compile("Version (\\S+)");

    /** Looks at this process's mapped files. */
    static CLibrary here() {
        if (!Files.isReadable(MAPS)) {
            return new CLibrary("", "");
        }
        try {
            return among(
                    List.of(Files.readString(MAPS, StandardCharsets.ISO_8859_1).split("\n", -1)));
        } catch (IOException e) {
            return new CLibrary("", ""); // then loading itself will tell
        }
    }

    /** Looks at the lines of a {@code /proc/PID/maps}. */
    static CLibrary among(List<String> maps) {
        var candidates = new ArrayList<String>();
        for (String line : maps) {
            if (mayBeIt(line)) {
                candidates.add(line);
            }
        }
        return new CLibrary(first(MUSL, 0, candidates), first(GLIBC, 1, candidates));
    }

    /** Returns whether a file may be one that the patterns look for, as few of the many are. */
    private static boolean mayBeIt(String line) {
        return line.contains("/libc") || line.contains("/ld-musl-");
    }

    private static String first(Pattern pattern, int group, List<String> lines) {
        for (String line : lines) {
            Matcher found = pattern.matcher(line);
            if (found.find()) {
                return found.group(group);
            }
        }
        return "";
    }

    boolean isMusl() {
        return !musl.isEmpty();
    }

    /** Returns such as {@code musl libc 1.2.3}, {@code glibc 2.28} or {@code glibc 2.34 or newer}. */
    @Override
    public String toString() {
        if (isMusl()) {
            return ("musl libc " + muslVersion()).strip();
        }
        return "glibc " + (glibcBelow234.isEmpty() ? "2.34 or newer" : glibcBelow234);
    }

    /** Musl's loader prints its version when it is given no program. Returns an empty text if it does not. */
    private String muslVersion() {
        try {
            Process loader = new ProcessBuilder(musl).redirectErrorStream(true).start();
            try {
                loader.getOutputStream().close();
                if (!loader.waitFor(1, TimeUnit.SECONDS)) {
                    return "";
                }
                String printed = new String(loader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return first(MUSL_VERSION, 1, printed.lines().toList());
            } finally {
                loader.destroyForcibly();
            }
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
