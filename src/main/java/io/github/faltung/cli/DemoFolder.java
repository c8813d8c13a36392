package io.github.faltung.cli;

import io.github.faltung.image.PictureFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the demo writes to. */
final class DemoFolder {
    private final Path path;

    private DemoFolder(Path path) {
        this.path = path;
    }

    /** Returns {@code target/demo} in a Maven project, where {@code mvn clean} removes it; else {@code faltung-demo}. */
    static Path defaultPath() {
        return defaultPath(Path.of(""));
    }

    static Path defaultPath(Path workingDirectory) {
        boolean maven = Files.isDirectory(workingDirectory.resolve("target"))
                || Files.isRegularFile(workingDirectory.resolve("pom.xml"));
        return workingDirectory.resolve(maven ? Path.of("target", "demo") : Path.of("faltung-demo"));
    }

    /**
     * Makes the folder, before any time is spent on what is to be written there.
     *
     * @throws IOException if nothing can be written there, with a message that needs no further explanation
     */
    static DemoFolder prepare(Path path) throws IOException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        if (!Files.isWritable(path)) {
            throw unwritable(path, new AccessDeniedException(path.toString()));
        }
        return new DemoFolder(path);
    }

    /** Writes the page and its pictures; returns the files. */
    List<Path> write(DemoPage page) throws IOException {
        var files = new ArrayList<Path>();
        try {
            for (DemoResult result : page.results()) {
                if (result.picture() != null) {
                    Path file = path.resolve(result.row().kernel().shown() + ".png");
                    PictureFile.writePng(result.picture(), file);
                    files.add(file);
                }
            }
            for (DemoDrawing drawing : page.drawings()) {
                files.add(Files.write(
                        path.resolve(drawing.name()), drawing.image().light()));
            }
            files.add(Files.writeString(path.resolve("index.html"), page.html()));
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        return files;
    }

    private static IOException unwritable(Path path, IOException e) {
        String reason = e.getMessage();
        if (e instanceof FileAlreadyExistsException) {
            reason = "it is a file";
        } else if (e instanceof AccessDeniedException) {
            reason = "no permission";
        } else if (e instanceof FileSystemException failure && failure.getReason() != null) {
            reason = failure.getReason(); // the message repeats the path
        }
        return new IOException("can't write to --out " + path + ": " + reason, e);
    }
}
