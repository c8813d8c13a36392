package io.github.faltung.onednn;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

/** Finds out from what a loader threw why the libraries can't be loaded, and what to do about it. */
final class LoadDiagnosis {
    /** What the README and {@code .ci/consumers} allow. */
    private static final String NATIVE_MODULES =
            "org.bytedeco.dnnl,org.bytedeco.javacpp,org.bytedeco.opencl,com.sun.jna";

    private static final String OTHER_FOLDER = "name another folder by -Dorg.bytedeco.javacpp.cachedir=FOLDER";
    private static final String INSTALLED =
            "install the libraries and name their folder by -D" + NativeOptions.FOLDER + "=FOLDER";

    /** What the dynamic linker says of a symbol version that a library of the system is too old for. */
    private static final Pattern VERSION = Pattern.compile("version [`'](GLIBC(?:XX)?_[0-9.]+)' not found");

    private static final Pattern NOT_MAPPED = Pattern.compile("(/[^:]*): failed to map segment from shared object");

    private LoadDiagnosis() {}

    /** What is wrong on a system whose C library the natives are not built for. */
    static NativeLoadException ofMusl(CLibrary musl) {
        return NativeLoadException.because(
                "they are built for glibc, and this process runs on " + musl,
                "use an image based on glibc, such as Debian, Ubuntu or a distroless one, instead of Alpine",
                null);
    }

    static NativeLoadException ofExtraction(IOException error) {
        try {
            File cache = Loader.getCacheDir();
            return NativeLoadException.because(
                    "JavaCPP can't copy them to its cache folder " + cache + ": " + error.getMessage(),
                    "make room there, or " + OTHER_FOLDER + ", or " + INSTALLED,
                    error);
        } catch (IOException none) {
            return NativeLoadException.because(
                    "JavaCPP finds no folder to copy them to that it can write: neither the one named by"
                            + " -Dorg.bytedeco.javacpp.cachedir nor ~/.javacpp/cache nor one in java.io.tmpdir will do",
                    OTHER_FOLDER + ", or " + INSTALLED + " and set -D" + NativeOptions.EXTRACT + "=false",
                    none);
        }
    }

    /** What nobody foresaw. */
    static NativeLoadException ofOther(RuntimeException error) {
        return NativeLoadException.because(
                "JavaCPP's loader, or what leads up to it, failed: " + error,
                "report it with the whole stack trace",
                error);
    }

    static NativeLoadException ofLinkage(LinkageError error) {
        BundledNatives table = BundledNatives.load();
        String platform = Loader.getPlatform();
        List<BundledNatives.Platform> supported = table.platforms();
        if (supported.stream().noneMatch(one -> one.name().equals(platform))) {
            return NativeLoadException.because(
                    "there are none for this platform, only for "
                            + supported.stream()
                                    .map(BundledNatives.Platform::name)
                                    .collect(Collectors.joining(", ")),
                    "run on one of these, or use ReferenceEngine",
                    error);
        }
        if (deepest(error) instanceof IllegalCallerException denied) {
            return NativeLoadException.because(
                    "the JVM denies native access: " + denied.getMessage(),
                    "--enable-native-access=ALL-UNNAMED, or of modules --enable-native-access=" + NATIVE_MODULES,
                    error);
        }
        String said = deepest(error).getMessage();
        return ofLinkerMessage(said == null ? error.toString() : said, table, platform, error);
    }

    private static NativeLoadException ofLinkerMessage(
            String said, BundledNatives table, String platform, LinkageError error) {
        Matcher version = VERSION.matcher(said);
        if (version.find()) {
            return tooOld(version.group(1), table, platform, error);
        }
        Matcher notMapped = NOT_MAPPED.matcher(said);
        if (notMapped.find() && Mounts.forbidExecution(Path.of(notMapped.group(1)))) {
            return NativeLoadException.because(
                    "the file system of " + notMapped.group(1) + " is mounted noexec",
                    OTHER_FOLDER + " elsewhere",
                    error);
        }
        if (said.contains("already loaded in another classloader")) {
            return NativeLoadException.because(
                    "another class loader of this process has loaded them (" + said + ")",
                    "have one class loader that both have as a parent load Faltung, JavaCPP and JNA, or leave out -D"
                            + NativeOptions.FOLDER + " and -D" + NativeOptions.EXTRACT
                            + "=false, so that each gets a copy",
                    error);
        }
        List<String> missing = table.jarsFor(platform).stream()
                .filter(jar -> !isOnClassPath(jar))
                .map(BundledNatives.NativeJar::fileName)
                .toList();
        if (!missing.isEmpty()) {
            boolean ofModules = dnnl.class.getModule().isNamed();
            return NativeLoadException.because(
                    (ofModules ? "no module that was resolved has what is in " : "the class path lacks ")
                            + String.join(", ", missing),
                    (ofModules
                                    ? "--add-modules ALL-MODULE-PATH, or in an image ALL-SYSTEM; where they are not there, "
                                    : "")
                            + "depend on org.bytedeco:dnnl-platform, with -Djavacpp.platform=" + platform
                            + " if other platforms' natives are not wanted",
                    error);
        }
        return NativeLoadException.because(
                said,
                "this platform needs " + needs(table, platform)
                        + "; if it is that, delete the JavaCPP cache, ~/.javacpp/cache, and try again",
                error);
    }

    private static NativeLoadException tooOld(
            String version, BundledNatives table, String platform, LinkageError error) {
        return NativeLoadException.because(
                "they need " + version + ", which this system is too old for: it has " + CLibrary.here(),
                "run on " + needs(table, platform) + ", such as Debian 12, Ubuntu 22.04 or RHEL 9",
                error);
    }

    private static String needs(BundledNatives table, String platform) {
        return table.platforms().stream()
                .filter(one -> one.name().equals(platform))
                .map(one -> one.operatingSystem() + ", " + one.processor())
                .collect(Collectors.joining());
    }

    /** JavaCPP tries one thing after the other, and each error has the one before as its cause: the first says most. */
    private static Throwable deepest(Throwable error) {
        Throwable deepest = error;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest;
    }

    private static boolean isOnClassPath(BundledNatives.NativeJar jar) {
        return jar.libraries().stream()
                .allMatch(library -> dnnl.class.getClassLoader().getResource(jar.resource(library)) != null);
    }
}
