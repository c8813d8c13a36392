package io.github.faltung.onednn;

import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

/**
 * The libraries in the native jars, which JavaCPP copies to its cache. It trusts a copy of the right size and time; where a disk or a crash
 * has spoilt one, loading it may end the JVM. So each is compared with the CRC-32 that its jar has for it, and made again if it differs.
 *
 * <p>Processes may do so at the same time: JavaCPP copies under a lock, and so is a spoilt copy replaced, by another. A good one is never
 * touched.
 */
final class ExtractedNatives implements NativeSource {
    private static final String LOCK = ".faltung-lock";
    private static final int CHUNK_BYTES = 1 << 18;

    private final List<BundledNatives.NativeJar> jars;

    ExtractedNatives(List<BundledNatives.NativeJar> jars) {
        this.jars = jars;
    }

    @Override
    public String prepare(LibraryCheck check) {
        boolean extracts = false;
        boolean pathsFirst = Boolean.getBoolean("org.bytedeco.javacpp.pathsFirst");
        for (BundledNatives.NativeJar jar : jars) {
            for (String library : jar.libraries()) {
                String resource = jar.resource(library);
                URL url = dnnl.class.getClassLoader().getResource(resource);
                Optional<Path> installed = pathsFirst || url == null ? onLibraryPath(library) : Optional.empty();
                if (installed.isPresent()) {
                    check.require(installed.get(), resource);
                } else if (url != null) {
                    prepare(url, resource, check);
                    extracts = true;
                }
            }
        }
        return extracts ? "extracted, CRC-32 checked" : "installed on java.library.path";
    }

    /** Returns the file that {@code System.loadLibrary} finds. */
    static Optional<Path> onLibraryPath(String library) {
        return Stream.of("sun.boot.library.path", "java.library.path")
                .flatMap(property -> Stream.of(System.getProperty(property, "").split(File.pathSeparator, -1)))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, library))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static void prepare(URL url, String resource, LibraryCheck check) {
        try {
            Path file = Loader.cacheResource(url).toPath();
            URLConnection connection = url.openConnection();
            if (connection instanceof JarURLConnection jar) {
                requireCopies(url, file, jar.getJarEntry());
            }
            check.require(file, resource);
        } catch (IOException e) {
            throw LoadDiagnosis.ofExtraction(e);
        }
    }

    private static void requireCopies(URL url, Path file, JarEntry entry) throws IOException {
        if (spoilt(file, entry).isEmpty()) {
            return;
        }
        synchronized (Runtime.getRuntime()) { // the one object that all class loaders share, as JavaCPP does
            Path lockFile = Loader.getCacheDir().toPath().resolve(LOCK);
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                for (Path copy : lock.isValid() ? spoilt(file, entry) : List.<Path>of()) {
                    if (Files.exists(copy)) {
                        Files.setLastModifiedTime(copy, FileTime.fromMillis(0)); // has JavaCPP make it again
                    }
                }
                Loader.cacheResource(url);
                if (!spoilt(file, entry).isEmpty()) {
                    throw NativeLoadException.because(
                            file + " is not what its jar says, even after it was extracted once more",
                            "check the disk, and the jar of " + url,
                            null);
                }
            }
        }
    }

    /** Returns which of the file and its copies for further class loaders JavaCPP would load, though they are not what the jar has. */
    private static List<Path> spoilt(Path file, JarEntry entry) throws IOException {
        var spoilt = new ArrayList<Path>();
        if (!hasContent(file, entry)) {
            spoilt.add(file);
        }
        for (Path copy : numbered(file)) {
            if (isTrusted(copy, entry) && !hasContent(copy, entry)) {
                spoilt.add(copy);
            }
        }
        return spoilt;
    }

    /** Returns the copies that JavaCPP has made for further class loaders: a number follows the name. */
    private static List<Path> numbered(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        int dot = name.indexOf('.');
        var names =
                Pattern.compile(Pattern.quote(name.substring(0, dot)) + "\\d+" + Pattern.quote(name.substring(dot)));
        try (Stream<Path> files = Files.list(file.resolveSibling("."))) {
            return files.filter(other ->
                            names.matcher(String.valueOf(other.getFileName())).matches())
                    .toList();
        }
    }

    /** Returns whether JavaCPP takes a file for a copy. */
    private static boolean isTrusted(Path file, JarEntry entry) {
        return file.toFile().length() == entry.getSize() && file.toFile().lastModified() == entry.getTime();
    }

    private static boolean hasContent(Path file, JarEntry entry) throws IOException {
        var crc = new CRC32();
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(chunk) >= 0) {
                crc.update(chunk.flip());
                chunk.clear();
            }
        } catch (NoSuchFileException e) {
            return false; // another process is replacing it
        }
        return crc.getValue() == entry.getCrc();
    }
}
