package io.github.faltung.onednn;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Loads the native libraries, once. A failure is kept and thrown again, with its cause, at each attempt to use them; the load order is in
 * the package's documentation.
 */
final class NativeLibrary {
    /** JavaCPP's name of its library for oneDNN. */
    private static final String JNI = "jnidnnl";

    private static final Outcome OUTCOME = load();

    /** Either the file of JavaCPP's library for oneDNN, or what keeps it from being loaded. */
    private record Outcome(
            @Nullable Path file, String origin, @Nullable NativeLoadException failure) {}

    private NativeLibrary() {}

    /**
     * Returns if the libraries are loaded.
     *
     * @throws NativeLoadException if they can't be
     */
    static void require() {
        if (OUTCOME.failure() != null) {
            throw NativeLoadException.again(OUTCOME.failure());
        }
    }

    /**
     * Returns the library by which JavaCPP calls oneDNN. If several class loaders have loaded theirs, it is this one's.
     *
     * @throws NativeLoadException if it is not loaded
     */
    static Path file() {
        require();
        if (OUTCOME.file() == null) {
            throw new IllegalStateException("neither loaded nor failed");
        }
        return OUTCOME.file();
    }

    /** Returns in a few words where the libraries come from, and how they were checked. */
    static String origin() {
        return OUTCOME.origin();
    }

    private static Outcome load() {
        try {
            CLibrary cLibrary = CLibrary.here();
            if (cLibrary.isMusl()) {
                // Not even tried: with a compatibility layer it may load and crash later.
                throw LoadDiagnosis.ofMusl(cLibrary);
            }
            return load(NativeOptions.read());
        } catch (NativeLoadException e) {
            return new Outcome(null, "", e);
        } catch (LinkageError e) {
            return new Outcome(null, "", LoadDiagnosis.ofLinkage(e));
        } catch (RuntimeException e) {
            return new Outcome(null, "", LoadDiagnosis.ofOther(e));
        }
    }

    private static Outcome load(NativeOptions options) {
        options.passOn();
        List<BundledNatives.NativeJar> jars = BundledNatives.load().jarsFor(Loader.getPlatform());
        var check = new LibraryCheck(options.verifies());
        check.requireJna();
        JnaAhead.begin();
        String origin = source(options, jars).prepare(check);
        Path file = loadByJavaCpp();
        check.requireAllKnown(loaded(jars));
        return new Outcome(file, origin + (options.verifies() ? ", SHA-256 verified" : ""), null);
    }

    private static Path loadByJavaCpp() {
        // Null also where JavaCPP knows of no file but has loaded it, from a folder that was named to it or to the JVM.
        String said = Loader.load(dnnl.class);
        String loaded = said == null ? Loader.getLoadedLibraries().get(JNI) : said;
        if (loaded == null) {
            throw NativeLoadException.because(
                    "JavaCPP was told not to", "leave out -Dorg.bytedeco.javacpp.loadLibraries=false", null);
        }
        return (loaded.equals(JNI)
                        ? ExtractedNatives.onLibraryPath(System.mapLibraryName(JNI))
                        : Optional.<Path>empty())
                .orElse(Path.of(loaded))
                .toAbsolutePath()
                .normalize();
    }

    private static NativeSource source(NativeOptions options, List<BundledNatives.NativeJar> jars) {
        if (options.folder() != null) {
            return NativeFolder.named(options.folder(), jars);
        }
        return options.mayExtract() ? new ExtractedNatives(jars) : NativeFolder.installed(jars);
    }

    /** Returns what JavaCPP has loaded that these jars have. */
    private static List<Path> loaded(List<BundledNatives.NativeJar> jars) {
        List<String> names =
                jars.stream().flatMap(jar -> jar.libraries().stream()).toList();
        return Loader.getLoadedLibraries().values().stream()
                .map(Path::of)
                .filter(file -> names.contains(withoutNumber(String.valueOf(file.getFileName()))))
                .toList();
    }

    /** JavaCPP puts a number before the suffix of the copy for a further class loader. */
    private static String withoutNumber(String name) {
        return name.replaceFirst("(jni[a-zA-Z]+)\\d+\\.", "$1.");
    }
}
