package io.github.faltung.cli;

import io.github.faltung.image.PictureFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Image files of a command line, with messages that need no further explanation. */
final class ImageFiles {
    private ImageFiles() {}

    /**
     * Reads an image.
     *
     * @param argument what the file is called on the command line
     * @throws IOException if that fails
     */
    static PictureFile.Content read(String argument, Path file, int maxPixels) throws IOException {
        try {
            if (Files.isDirectory(file)) {
                throw new IOException("a folder, not a file");
            }
            return PictureFile.read(file, maxPixels);
        } catch (NoSuchFileException e) {
            throw new IOException("can't read " + argument + " " + file + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("can't read " + argument + " " + file + ": no permission", e);
        } catch (IOException e) {
            throw new IOException("can't read " + argument + " " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes a file over what was there.
     *
     * @throws IOException if that fails
     */
    static void write(Path file, byte[] bytes) throws IOException {
        try {
            Files.write(file, bytes);
        } catch (NoSuchFileException e) {
            throw new IOException("can't write " + file + ": no such folder", e);
        } catch (AccessDeniedException e) {
            throw new IOException("can't write " + file + ": no permission", e);
        } catch (FileSystemException e) {
            throw new IOException("can't write " + file + ": " + e.getReason(), e);
        }
    }

    /**
     * Checks how a file to be written ends.
     *
     * @throws ParameterException if it does not end in one of the given ways
     */
    static void requireEnding(CommandSpec spec, Path file, String... endings) {
        for (String ending : endings) {
            if (endsIn(file, ending)) {
                return;
            }
        }
        throw new ParameterException(
                spec.commandLine(), "OUT must end in " + String.join(" or ", endings) + ", but was " + file);
    }

    static boolean endsIn(Path file, String ending) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }
}
