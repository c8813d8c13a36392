package io.github.faltung.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** A target whose input is the content of a file, or a text: sound ones are spoilt. */
abstract class SpoiltTarget extends FuzzTarget {
    /** What each case may allocate, whatever its input: readers' buffers, messages, classes loaded by the first. */
    private static final long ANY_HEAP_BYTES = 16 << 20;

    private final List<byte[]> sound;
    private final List<String> words;
    private final Path folder;

    /**
     * Makes a target.
     *
     * @param words of the input's format; may be none
     */
    SpoiltTarget(String name, List<byte[]> sound, List<String> words, List<Class<? extends Exception>> documented) {
        super(name, documented);
        this.sound = sound;
        this.words = words;
        this.folder = Scratch.folder(name);
    }

    /** Returns a folder of the target's own. */
    final Path folder() {
        return folder;
    }

    /** Writes the input as a file of this name. */
    final Path file(String fileName, byte[] input) throws IOException {
        return Files.write(folder.resolve(fileName), input);
    }

    @Override
    final List<byte[]> seeds() {
        return sound;
    }

    @Override
    final byte[] next(SplittableRandom random) {
        return new Mutation(sound, words, random).draw();
    }

    /** Small files cannot ask for much. */
    @Override
    long mostHeapBytes(byte[] input) {
        return ANY_HEAP_BYTES + 256L * input.length;
    }

    static List<byte[]> texts(List<String> texts) {
        return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    /** Returns what a writer of files writes. */
    static byte[] written(FileWriter writer) {
        try {
            Path file = Files.createTempFile("faltung-fuzz", ".seed");
            try {
                writer.write(file);
                return Files.readAllBytes(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file. */
    interface FileWriter {
        void write(Path file) throws IOException;
    }
}
