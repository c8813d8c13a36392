package io.github.faltung.onednn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Loads the native libraries, once. A failure is kept and thrown again, with its cause, at each attempt to use them; the load order is in
 * the package's documentation.
 */
final class NativeLibrary {
    private static final @Nullable Failure FAILURE = load();

    private record Failure(String message, @Nullable Throwable cause) {}

    private NativeLibrary() {}

    /**
     * Returns if the libraries are loaded.
     *
     * @throws NativeLoadException if they can't be
     */
    static void require() {
        if (FAILURE != null) {
            throw new NativeLoadException(FAILURE.message(), FAILURE.cause());
        }
    }

    private static @Nullable Failure load() {
        if (runsOnMusl()) {
            // Not even tried: with a compatibility layer it may load and crash later.
            return failure(
                    "they are built for glibc, and this process runs on musl libc",
                    "use an image based on glibc, such as Debian, Ubuntu or a distroless one, instead of Alpine",
                    null);
        }
        try {
            Loader.load(dnnl.class);
            return null;
        } catch (LinkageError e) {
            return diagnose(e);
        } catch (RuntimeException e) {
            return failure(
                    "JavaCPP could not extract them: " + e,
                    "make its cache folder writable, or name another by -Dorg.bytedeco.javacpp.cachedir=FOLDER",
                    e);
        }
    }

    private static Failure diagnose(LinkageError error) {
        BundledNatives table = BundledNatives.load();
        String platform = Loader.getPlatform();
        List<BundledNatives.Platform> supported = table.platforms();
        if (supported.stream().noneMatch(one -> one.name().equals(platform))) {
            return failure(
                    "there are none for this platform, only for "
                            + supported.stream()
                                    .map(BundledNatives.Platform::name)
                                    .collect(Collectors.joining(", ")),
                    "run on one of these, or use ReferenceEngine",
                    error);
        }
        List<String> missing = table.jars().values().stream()
                .filter(jar -> jar.platform().equals(platform) && !isOnClassPath(jar))
                .map(BundledNatives.NativeJar::fileName)
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            return failure(
                    "the class path lacks " + String.join(", ", missing),
                    "depend on org.bytedeco:dnnl-platform, with -Djavacpp.platform=" + platform
                            + " if other platforms' natives are not wanted",
                    error);
        }
        return failure(
                error.toString(),
                "this platform needs "
                        + supported.stream()
                                .filter(one -> one.name().equals(platform))
                                .map(one -> one.operatingSystem() + ", " + one.processor())
                                .collect(Collectors.joining())
                        + "; if it is that, delete the JavaCPP cache, ~/.javacpp/cache, and try again",
                error);
    }

    private static boolean isOnClassPath(BundledNatives.NativeJar jar) {
        String artifact = jar.fileName().substring(0, jar.fileName().indexOf('-'));
        return jar.libraries().stream()
                .allMatch(library -> dnnl.class
                                .getClassLoader()
                                .getResource("org/bytedeco/" + artifact + "/" + jar.platform() + "/" + library)
                        != null);
    }

    private static Failure failure(String reason, String remedy, @Nullable Throwable cause) {
        return new Failure(
                "oneDNN's native libraries can't be loaded on " + host() + ": " + reason + ". Remedy: " + remedy + ".",
                cause);
    }

    private static String host() {
        return Loader.getPlatform() + " (" + System.getProperty("os.name") + " " + System.getProperty("os.version")
                + ", Java " + Runtime.version() + ")";
    }

    /** Returns whether this process was linked by musl's loader, which then is among its mapped files. */
    private static boolean runsOnMusl() {
        Path maps = Path.of("/proc/self/maps");
        if (!Files.isReadable(maps)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.contains("/ld-musl-") || line.contains("/libc.musl-"));
        } catch (IOException | UncheckedIOException e) {
            return false; // then loading itself will tell
        }
    }
}
