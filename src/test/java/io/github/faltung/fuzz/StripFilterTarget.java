package io.github.faltung.fuzz;

import io.github.faltung.image.ConvolutionOp;
import io.github.faltung.image.ConvolutionOpBuilder;
import io.github.faltung.image.Edge;
import io.github.faltung.image.NamedKernel;
import io.github.faltung.image.StripFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Pictures that are filtered from file to file. Nothing is left of what failed. */
final class StripFilterTarget extends SpoiltTarget {
    private static final List<String> FORMATS = List.of("png", "tif", "jpg", "gif");

    /** Large pictures are cancelled after it. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final List<StripFilter> filters = new ArrayList<>();

    StripFilterTarget() {
        super("strip-filter", Pictures.files(), Pictures.WORDS, List.of(IOException.class));
        for (Edge edge : Edge.values()) {
            ConvolutionOpBuilder op = ConvolutionOp.with(NamedKernel.of("gaussian:sigma=1"))
                    .edge(edge)
                    .engine(Engines.planned())
                    .roundToNearest();
            filters.add(new StripFilter((filters.size() % 2 == 0 ? op : op.linearLight()).build()));
        }
    }

    /** Of all strips together, for a picture's size may be said in a few bytes; what is held at once is limited by the JVM's heap. */
    @Override
    long mostHeapBytes(byte[] input) {
        return Long.MAX_VALUE;
    }

    @Override
    void feed(byte[] input) throws IOException {
        StripFilter filter = filters.get(input.length % filters.size());
        Path src = file("src", input);
        Path dst = folder().resolve("dst." + FORMATS.get(input.length % FORMATS.size()));
        try {
            long start = System.nanoTime();
            filter.filter(src, dst, (rows, all) -> System.nanoTime() - start < MOST_NANOS);
        } catch (CancellationException e) {
            requireText(e);
        } finally {
            Files.deleteIfExists(dst);
            requireOnly(src);
        }
    }

    private void requireOnly(Path src) throws IOException {
        try (Stream<Path> left = Files.list(folder())) {
            List<Path> others = left.filter(path -> !path.equals(src)).toList();
            if (!others.isEmpty()) {
                throw new AssertionError("left behind: " + others);
            }
        }
    }
}
