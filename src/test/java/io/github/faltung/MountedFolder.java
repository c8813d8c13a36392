package io.github.faltung;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder that only the system can make so: read-only, without execution, or full. A child JVM alone sees it that way. */
public final class MountedFolder {
    private static final String MOUNT = "mount -t tmpfs -o \"$1\" tmpfs \"$0\" && shift && exec \"$@\"";

    private MountedFolder() {}

    /**
     * Has a child JVM see an empty file system of its own in place of a folder.
     *
     * @param options of {@code mount}, such as {@code noexec}, {@code ro} or {@code size=1m}
     */
    public static ChildJvm in(ChildJvm child, Path folder, String options) {
        List<String> launcher =
                List.of("unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, folder.toString(), options);
        assumeTrue(
                succeeds(launcher),
                "this system lets no user mount anything in a name space of his own (unshare --map-root-user --mount)");
        return child.startedBy(launcher);
    }

    private static boolean succeeds(List<String> launcher) {
        try {
            var command = new ArrayList<>(launcher);
            command.add("true");
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no such program
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
