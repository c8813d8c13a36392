package io.github.faltung.examples;

import io.github.faltung.convolution.Engine;
import io.github.faltung.image.ConvolutionOp;
import io.github.faltung.image.Edge;
import io.github.faltung.image.ImageKernel;
import io.github.faltung.image.ImageTooLargeException;
import io.github.faltung.image.NamedKernel;
import io.github.faltung.image.StripFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Filters pictures in files for many callers at once, within limits. Thread-safe; the engine is shared, and stays its owner's to close. */
final class PictureService {
    /** Filters whose layers are kept; each has some megabytes of memory for its strips. */
    private static final int MOST_FILTERS = 32;

    private final Engine engine;
    private final ServerLimits limits;
    private final Turnstile turnstile;
    private final Map<String, StripFilter> filters = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StripFilter> eldest) {
            return size() > MOST_FILTERS; // what its layers hold is freed when nobody uses them
        }
    };

    PictureService(Engine engine, ServerLimits limits) {
        this.engine = engine;
        this.limits = limits;
        this.turnstile = new Turnstile(Runtime.getRuntime().availableProcessors(), limits.waiting());
    }

    /**
     * Filters a picture.
     *
     * @param kernel a named kernel with its parameters, such as {@code gaussian:sigma=2}
     * @param deadline by {@link System#nanoTime}, when to give up
     * @throws RefusedException if the kernel or the picture is refused, or it takes too long
     * @throws IOException if a file can't be read or written
     */
    void filter(Path src, Path dst, String kernel, long deadline) throws IOException {
        StripFilter filter = filterOf(kernel);
        turnstile.pass(deadline, () -> {
            requirePixels(src);
            try {
                return filter.filter(src, dst, (rows, all) -> System.nanoTime() < deadline);
            } catch (CancellationException e) {
                throw new RefusedException(503, "filtering takes longer than " + limits.time());
            } catch (ImageTooLargeException e) {
                throw new RefusedException(413, String.valueOf(e.getMessage()));
            } catch (IIOException e) {
                throw new RefusedException(422, "the picture can't be read: " + e.getMessage());
            }
        });
    }

    private StripFilter filterOf(String kernel) throws RefusedException {
        synchronized (filters) {
            StripFilter known = filters.get(kernel);
            if (known != null) {
                return known;
            }
            ImageKernel weights = kernel(kernel);
            var made = new StripFilter(ConvolutionOp.with(weights)
                    .engine(engine)
                    .edge(Edge.REPLICATE)
                    .roundToNearest()
                    .build());
            filters.put(kernel, made);
            return made;
        }
    }

    private ImageKernel kernel(String text) throws RefusedException {
        ImageKernel weights;
        try {
            weights = NamedKernel.of(text);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, String.valueOf(e.getMessage()));
        }
        if ((long) weights.width() * weights.height() > limits.kernelTaps()) {
            throw new RefusedException(
                    400,
                    "kernels have at most " + limits.kernelTaps() + " taps here, but " + text + " has "
                            + weights.width() + "x" + weights.height());
        }
        return weights;
    }

    /** Looks at a picture's header. */
    private void requirePixels(Path file) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new RefusedException(415, "not a picture that Java can read: PNG, JPEG, GIF, BMP or TIFF");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > limits.pixels()) {
                    throw new RefusedException(
                            413,
                            "pictures have at most " + limits.pixels() + " pixels here, but this one has " + pixels);
                }
            } catch (IIOException | RuntimeException e) { // as some of the JDK's readers report damage
                throw new RefusedException(422, "the picture can't be read: " + e.getMessage());
            } finally {
                reader.dispose();
            }
        }
    }
}
