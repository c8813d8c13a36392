package io.github.faltung.onednn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What stands in for musl's loader: prints what that of Debian's musl 1.2.3 does. */
final class MuslLoader {
    private static final String SCRIPT = """
            #!/bin/sh
            echo 'musl libc (x86_64)
            Version 1.2.3
            Dynamic Program Loader
            Usage: /lib/ld-musl-x86_64.so.1 [options] [--] pathname [args]' >&2
            exit 1
            """;

    private MuslLoader() {}

    static Path in(Path folder) throws IOException {
        Path loader = Files.writeString(folder.resolve("ld-musl-x86_64.so.1"), SCRIPT);
        return Files.setPosixFilePermissions(loader, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
