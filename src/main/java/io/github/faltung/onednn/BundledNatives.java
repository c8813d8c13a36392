package io.github.faltung.onednn;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The table of supported platforms and of every native jar that may stand on the class path, from
 * {@code native-config/platforms.properties}. Reads files; loads no native library. Immutable and thread-safe.
 */
final class BundledNatives {
    /**
     * A platform on which the natives load.
     *
     * @param name JavaCPP's name for it, such as {@code linux-x86_64}
     * @param operatingSystem the oldest operating system and C library that will do
     * @param processor the processor that the natives need, and what to expect of it
     */
    record Platform(String name, String operatingSystem, String processor) {}

    /**
     * A jar with native libraries in it.
     *
     * @param fileName the file's name in a Maven repository
     * @param platform JavaCPP's name of the platform that it serves
     * @param sha256 the file's SHA-256, 64 lower-case hexadecimal digits
     * @param libraries the file names of the shared libraries inside
     */
    record NativeJar(String fileName, String platform, String sha256, List<String> libraries) {
        /** Returns the path of a library inside the jar, which is its name as a resource too. JNA's lie elsewhere. */
        String resource(String library) {
            String artifact = fileName.substring(0, fileName.indexOf('-'));
            return "org/bytedeco/" + artifact + "/" + platform + "/" + library;
        }

        NativeJar {
            if (!SHA_256.matcher(sha256).matches()) {
                throw new IllegalArgumentException(
                        TABLE + ": sha256 of " + fileName + " must be 64 lower-case hex digits, is '" + sha256 + "'");
            }
            libraries = List.copyOf(libraries);
        }
    }

    /** Where the build puts the table on the class path. */
    static final String TABLE = "/META-INF/faltung/platforms.properties";

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SHARED_LIBRARY = Pattern.compile(".*\\.(dll|dylib|jnilib|so(\\.\\d+)*)");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final String JAR_PREFIX = "jar.";
    private static final String JAR_SUFFIX = ".sha256";

    private final List<Platform> platforms;
    private final Map<String, NativeJar> jars;

    private BundledNatives(Properties table) {
        platforms = words(required(table, "platforms"))
                .map(name -> new Platform(
                        name,
                        required(table, "platform." + name + ".os"),
                        required(table, "platform." + name + ".processor")))
                .toList();
        jars = table.stringPropertyNames().stream()
                .filter(key -> key.startsWith(JAR_PREFIX) && key.endsWith(JAR_SUFFIX))
                .map(key -> key.substring(JAR_PREFIX.length(), key.length() - JAR_SUFFIX.length()))
                .map(fileName -> nativeJar(table, fileName))
                .collect(Collectors.toUnmodifiableMap(NativeJar::fileName, jar -> jar));
    }

    /**
     * Reads the table that the build put on the class path.
     *
     * @throws IllegalStateException if the table is missing or an entry of it is
     */
    static BundledNatives load() {
        try (InputStream in = BundledNatives.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException(
                        TABLE + " is not on the class path; build with Maven, which puts it there");
            }
            return read(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + TABLE, e);
        }
    }

    /** Reads a table in the format that {@code native-config/platforms.properties} explains. */
    static BundledNatives read(Reader table) throws IOException {
        var properties = new Properties();
        properties.load(table);
        return new BundledNatives(properties);
    }

    /** Returns the supported platforms in the table's order. */
    List<Platform> platforms() {
        return platforms;
    }

    /** Returns the native jars of one platform, ordered by name; none if the platform is not known. */
    List<NativeJar> jarsFor(String platform) {
        return jars.values().stream()
                .filter(jar -> jar.platform().equals(platform))
                .sorted(Comparator.comparing(NativeJar::fileName))
                .toList();
    }

    /** Returns every native jar that the table knows, by file name; platforms that are not supported included. */
    Map<String, NativeJar> jars() {
        return jars;
    }

    /**
     * Checks each native jar of a class path against the table. A native jar is one that the table knows by name or that
     * holds a shared library. Folders, missing entries and plain jars pass.
     *
     * @param classPath the entries of the class path
     * @throws IllegalStateException if a jar's SHA-256 is not the table's, or the table does not know a jar with a shared
     *     library in it; the message names the jar, the expected and the found hash
     */
    void verify(List<Path> classPath) {
        classPath.stream()
                .filter(entry -> entry.toString().endsWith(".jar") && Files.isRegularFile(entry))
                .forEach(this::verifyJar);
    }

    private void verifyJar(Path file) {
        String fileName = String.valueOf(file.getFileName());
        NativeJar expected = jars.get(fileName);
        try {
            if (expected != null) {
                requireHash(file, expected.sha256(), Sha256.of(file));
            } else if (holdsSharedLibrary(file)) {
                requireHash(file, "none, the table does not know this native jar", Sha256.of(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read native jar " + file, e);
        }
    }

    private static void requireHash(Path file, String expected, String found) {
        if (!found.equals(expected)) {
            throw new IllegalStateException("Native jar " + file + ": expected SHA-256 " + expected + ", found " + found
                    + ". If the file is damaged, delete it and build again; if the dependency was changed on purpose,"
                    + " renew native-config/platforms.properties as native-config/README.md says.");
        }
    }

    private static boolean holdsSharedLibrary(Path file) throws IOException {
        try (var zip = new ZipFile(file.toFile())) {
            return zip.stream()
                    .anyMatch(entry -> SHARED_LIBRARY.matcher(entry.getName()).matches());
        }
    }

    private static NativeJar nativeJar(Properties table, String fileName) {
        String key = JAR_PREFIX + fileName;
        return new NativeJar(
                fileName,
                required(table, key + ".platform"),
                required(table, key + JAR_SUFFIX),
                words(required(table, key + ".libraries")).toList());
    }

    private static String required(Properties table, String key) {
        @Nullable String value = table.getProperty(key);
        if (value == null) {
            throw new IllegalStateException(TABLE + " has no entry '" + key + "'");
        }
        return value.trim();
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(SPACES.split(text, -1)).filter(word -> !word.isEmpty());
    }
}
