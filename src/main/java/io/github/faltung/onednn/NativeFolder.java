package io.github.faltung.onednn;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Libraries that lie in a folder ready to be loaded; nothing is extracted. All in the folder itself, or in its subfolders as JavaCPP's
 * cache has them, so that a filled cache will do.
 */
final class NativeFolder implements NativeSource {
    /** Parts of Windows; the jars bring them for those that lack them. */
    private static final String OF_WINDOWS = "(api-ms-|concrt|msvcp|ucrt|vcruntime|libomp).*";

    private final List<Path> roots;
    private final @Nullable Path named;
    private final List<BundledNatives.NativeJar> jars;

    private NativeFolder(List<Path> roots, @Nullable Path named, List<BundledNatives.NativeJar> jars) {
        this.roots = roots;
        this.named = named;
        this.jars = jars;
    }

    /** The libraries in a folder that was named. */
    static NativeFolder named(Path folder, List<BundledNatives.NativeJar> jars) {
        return new NativeFolder(List.of(folder), folder, jars);
    }

    /** The libraries that are installed where JavaCPP looks for them, its cache as far as it was filled before included. */
    static NativeFolder installed(List<BundledNatives.NativeJar> jars) {
        String cache = System.getProperty(
                "org.bytedeco.javacpp.cachedir",
                Path.of(System.getProperty("user.home"), ".javacpp", "cache").toString());
        List<Path> roots = Stream.concat(
                        Stream.of(cache),
                        Stream.of(System.getProperty("java.library.path", "").split(File.pathSeparator, -1)))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).toAbsolutePath().normalize())
                .toList();
        return new NativeFolder(roots, null, jars);
    }

    @Override
    public String prepare(LibraryCheck check) {
        Map<String, Path> files = roots.stream()
                .map(this::filesBelow)
                .filter(found -> missing(found).isEmpty())
                .findFirst()
                .orElseThrow(this::incomplete);
        files.forEach((resource, file) -> check.require(file, resource));
        load(List.copyOf(files.values()));
        return "installed, nothing extracted";
    }

    /** Returns the files by their paths inside the jars. */
    private Map<String, Path> filesBelow(Path root) {
        var found = new LinkedHashMap<String, Path>();
        for (BundledNatives.NativeJar jar : jars) {
            for (String library : jar.libraries()) {
                String resource = jar.resource(library);
                Stream.of(root.resolve(library), root.resolve(jar.fileName()).resolve(resource))
                        .filter(Files::isRegularFile)
                        .findFirst()
                        .ifPresent(file -> found.put(resource, file));
            }
        }
        return found;
    }

    private List<String> missing(Map<String, Path> found) {
        return jars.stream()
                .flatMap(jar -> jar.libraries().stream()
                        .filter(library -> !library.matches(OF_WINDOWS) && !found.containsKey(jar.resource(library))))
                .toList();
    }

    private NativeLoadException incomplete() {
        String remedy = "copy the libraries out of "
                + jars.stream().map(BundledNatives.NativeJar::fileName).collect(Collectors.joining(", "))
                + " into ";
        return named == null
                ? NativeLoadException.because(
                        "-D" + NativeOptions.EXTRACT + "=false forbids to extract them, and none of "
                                + roots.stream().map(Path::toString).collect(Collectors.joining(", "))
                                + " has them all",
                        remedy + "a folder, and name it by -D" + NativeOptions.FOLDER + "=FOLDER",
                        null)
                : NativeLoadException.because(
                        "the folder " + named + ", named by -D" + NativeOptions.FOLDER + ", lacks "
                                + String.join(", ", missing(filesBelow(named))),
                        remedy + "it",
                        null);
    }

    /** Has JavaCPP load each library, so that it takes it for loaded when it comes to it, and does not look for it anywhere else. */
    private static void load(List<Path> files) {
        var properties = new Properties();
        properties.putAll(Loader.loadProperties());
        properties.setProperty(
                "platform.preloadpath",
                files.stream()
                        .map(file -> String.valueOf(file.getParent()))
                        .distinct()
                        .collect(Collectors.joining(File.pathSeparator)));
        // In the order in which JavaCPP would load them: what oneDNN's classes build on, then oneDNN's.
        var presets = new ArrayList<Class<?>>();
        Loader.loadProperties(dnnl.class, properties, true)
                .getInheritedClasses()
                .forEach(presets::add);
        presets.add(dnnl.class);
        for (Class<?> preset : presets) {
            ClassProperties names = Loader.loadProperties(preset, properties, true);
            var libraries = new ArrayList<String>(names.get("platform.preload"));
            libraries.addAll(names.get("platform.link"));
            libraries.add(names.getProperty("platform.library"));
            for (String library : libraries) {
                URL[] found = Stream.of(Loader.findLibrary(preset, names, library, true))
                        .filter(url -> pathOf(url).filter(files::contains).isPresent())
                        .toArray(URL[]::new);
                if (found.length > 0) {
                    requireFrom(files, Loader.loadLibrary(preset, found, library));
                }
            }
        }
    }

    /** JavaCPP's last resort is what the system has under that name, which may be another version. */
    private static void requireFrom(List<Path> files, String loaded) {
        if (!files.contains(Path.of(loaded))) {
            throw NativeLoadException.because(
                    "the system's library " + loaded + " was loaded, since none of " + files + " would do in its place",
                    "install these again, or remove the system's",
                    null);
        }
    }

    private static Optional<Path> pathOf(URL url) {
        return url.getProtocol().equals("file") ? Optional.of(Path.of(URI.create(url.toString()))) : Optional.empty();
    }
}
