package io.github.faltung.exchange;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Opens files that are written, and says in words what is wrong where one can't be. */
final class OutputFile {
    private OutputFile() {}

    static FileChannel open(Path file, OpenOption... options) throws IOException {
        try {
            return FileChannel.open(file, options);
        } catch (NoSuchFileException e) {
            var failure = new NoSuchFileException(file + ": must be in a folder, but there is none");
            failure.initCause(e);
            throw failure;
        }
    }
}
