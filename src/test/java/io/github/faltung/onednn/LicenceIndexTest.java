package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every bundled native library has its row in the index of licences, and every text that the index names is there. */
class LicenceIndexTest {
    private static final Path FOLDER = Path.of("native-config/licenses");
    private static final Pattern TEXT = Pattern.compile("\\b[\\w-]+(\\.\\d+)*\\.txt\\b");

    /** The index' table ends where a line is blank; its first column is that wide. */
    private static final int COLUMN = 42;

    private static List<String> index() throws IOException {
        return Files.readAllLines(FOLDER.resolve("INDEX.txt"));
    }

    /** Returns the names in the first column: of libraries, without what comes after the name, or {@code name*}. */
    private static Set<String> names() throws IOException {
        return index().stream()
                .dropWhile(line -> !line.startsWith("Library "))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .map(line -> line.substring(0, Math.min(COLUMN, line.length())).replaceAll("\\([^)]*\\)", " "))
                .flatMap(line -> Arrays.stream(line.split("[ ,]+", -1)))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean names(String name, String library) {
        String stem = library.replaceFirst("^lib", "").replaceFirst("\\..*", "");
        return name.endsWith("*")
                ? stem.startsWith(name.substring(0, name.length() - 1))
                : name.equals(library) || name.equals(stem);
    }

    /** Those of the platforms on which nothing of oneDNN is bundled included. */
    private static Set<String> libraries() {
        return BundledNatives.load().jars().values().stream()
                .flatMap(jar -> jar.libraries().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void libraries_ofEveryNativeJar_haveOneRow() throws IOException {
        Set<String> names = names();

        assertThat(libraries())
                .hasSizeGreaterThan(20)
                .allSatisfy(library -> assertThat(names)
                        .filteredOn(name -> names(name, library))
                        .as("rows of %s in %s", library, names)
                        .hasSize(1));
    }

    @Test
    void rows_all_nameALibraryThatThereIs() throws IOException {
        Set<String> libraries = libraries();

        assertThat(names())
                .allSatisfy(name -> assertThat(libraries)
                        .as("libraries named %s", name)
                        .anySatisfy(library -> assertThat(names(name, library)).isTrue()));
    }

    @Test
    void texts_named_areThoseInTheFolder() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String line : index()) {
            for (Matcher text = TEXT.matcher(line); text.find(); ) {
                named.add(text.group());
            }
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(file -> !file.equals("INDEX.txt"))
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(named);
        }
    }

    @Test
    void texts_all_areInTheJar() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> "/META-INF/licenses/" + file.getFileName()))
                    .allSatisfy(resource -> assertThat(BundledNatives.class.getResource(resource))
                            .as(resource)
                            .isNotNull());
        }
    }
}
