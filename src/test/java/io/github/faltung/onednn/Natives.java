package io.github.faltung.onednn;

import io.github.faltung.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/** This machine's native libraries as files, for tests that spoil them. */
final class Natives {
    private Natives() {}

    /** Copies every library out of the jars into a folder. */
    static Path installedIn(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (BundledNatives.NativeJar jar : jars()) {
            for (String library : jar.libraries()) {
                copy(jar.resource(library), folder.resolve(library));
            }
        }
        return folder;
    }

    /** Copies the GNU OpenMP runtime out of its jar, under a name of the same length by which other libraries don't ask for it. */
    static Path otherRuntime(Path folder) throws IOException {
        Path runtime = folder.resolve("libgomp.so.1");
        copy("org/bytedeco/dnnl/" + Loader.getPlatform() + "/libgomp.so.1", runtime);
        return Files.write(folder.resolve("libgomq.so.1"), patched(runtime, "libgomp.so.1", "libgomq.so.1"));
    }

    private static void copy(String resource, Path file) throws IOException {
        try (InputStream in = Natives.class.getClassLoader().getResourceAsStream(resource)) {
            Files.copy(in, file);
        }
    }

    private static List<BundledNatives.NativeJar> jars() {
        return BundledNatives.load().jarsFor(Loader.getPlatform());
    }

    /** Copies JNA's library into a folder. */
    static Path withJna(Path folder) throws IOException {
        String name = System.mapLibraryName("jnidispatch").replace(".dylib", ".jnilib");
        copy("com/sun/jna/" + com.sun.jna.Platform.RESOURCE_PREFIX + "/" + name, folder.resolve(name));
        return folder;
    }

    /** Links to each file of a folder from another, so that one can be replaced. */
    static Path linked(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.createLink(to.resolve(file.getFileName()), file);
            }
        }
        return to;
    }

    /** Returns the file of that name below a folder. */
    static Path find(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals(name) && !Files.isSymbolicLink(file))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(folder + " has no " + name));
        }
    }

    /** Overwrites a file's middle with zeros, and leaves its size and time as they were. */
    static void spoil(Path file) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1 << 20), channel.size() / 3);
        }
        Files.setLastModifiedTime(file, time);
    }

    /** Replaces a file of a folder of links by a changed copy. */
    static void replace(Path file, byte[] content) throws IOException {
        Files.delete(file);
        Files.write(file, content);
    }

    /** Returns a file's bytes with each occurrence of a text replaced by one of the same length. */
    static byte[] patched(Path file, String text, String other) throws IOException {
        // Each byte is one character of this charset, both ways.
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (text.length() != other.length() || !bytes.contains(text)) {
            throw new IllegalArgumentException(
                    file + " has no '" + text + "', or '" + other + "' is of another length");
        }
        return bytes.replace(text, other).getBytes(StandardCharsets.ISO_8859_1);
    }

    static ChildJvm withCache(ChildJvm child, Path cache) {
        return child.withOption("-Dorg.bytedeco.javacpp.cachedir=" + cache);
    }

    static ChildJvm withFolder(ChildJvm child, Path folder) {
        return child.withOption("-D" + NativeOptions.FOLDER + "=" + folder);
    }

    /** Returns whether two files are the same, byte for byte. */
    static boolean areEqual(Path a, Path b) {
        try {
            return Files.mismatch(a, b) < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
