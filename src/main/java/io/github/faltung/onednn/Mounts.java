package io.github.faltung.onednn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** What Linux' table of mounted file systems says of a folder. */
final class Mounts {
    private static final Path TABLE = Path.of("/proc/self/mounts");

    private Mounts() {}

    /** Returns whether programs and libraries may not be run from there: mounted {@code noexec}. False if nothing is known. */
    static boolean forbidExecution(Path folder) {
        if (!Files.isReadable(TABLE)) {
            return false;
        }
        try {
            return forbidExecution(folder, Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return false; // this only words a message better
        }
    }

    /**
     * The same for a table.
     *
     * @param table lines of device, mount point, type, options and two numbers; of mounts on the same point the last one counts
     */
    static boolean forbidExecution(Path folder, List<String> table) {
        List<String[]> above = table.stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > 3 && folder.startsWith(unescaped(fields[1])))
                .toList();
        return above.stream()
                .map(fields -> fields[1].length())
                .max(Comparator.naturalOrder())
                .flatMap(longest -> above.stream()
                        .filter(fields -> fields[1].length() == longest)
                        .reduce((first, second) -> second))
                .map(fields -> List.of(fields[3].split(",", -1)).contains("noexec"))
                .orElse(false);
    }

    /** The table has a space as {@code \040}. */
    private static String unescaped(String mountPoint) {
        return mountPoint.replace("\\040", " ");
    }
}
