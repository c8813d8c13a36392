package io.github.faltung.image;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Layer;
import io.github.faltung.convolution.Routine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;

/**
 * Convolves strips of pixels of 8-bit samples without leaving the engine, from bytes to bytes, which hold what is out of range in range. Where
 * sums may be off, results are made twice, of sums a little too low and a little too high.
 *
 * <p>Thread-safe: strips at the same time have memory of their own, which is kept for later ones.
 */
final class ByteProgram implements AutoCloseable {
    /** Rows of so many samples are whole vectors, whatever the processor, and whole blocks of the planner's. */
    private static final int WHOLE = 48;

    /**
     * The shape of a strip.
     *
     * @param pixelBytes bands, those that mean nothing included
     */
    record Shape(int pixelBytes, int width, int height) {
        /** Returns how many pixels rows have that are filled up. */
        int filledWidth() {
            int filled = width;
            while (filled * pixelBytes % WHOLE != 0) {
                filled++;
            }
            return filled;
        }

        /** Returns from one row to the next, of sources and of results. */
        int rowBytes() {
            return filledWidth() * pixelBytes;
        }

        /** Returns the extents of so many rows as the caller has them. */
        Dims bytes(int rows) {
            return Dims.of(1, 1, rows, rowBytes());
        }
    }

    private final Engine engine;
    private final Shape shape;
    private final int rows;
    private final ByteSums sums;
    private final List<Layer> owned = new ArrayList<>();
    private final Routine routine;
    private final Deque<Buffers> idle = new ConcurrentLinkedDeque<>();

    /** The memory of one strip at a time. */
    final class Buffers {
        private final Tensor src = Tensor.allocate(DataType.U8, shape.bytes(shape.height), Layout.CHANNELS_FIRST);
        private final Tensor dst =
                Tensor.allocate(DataType.U8, shape.bytes(sums.resultRows(rows)), Layout.CHANNELS_FIRST);
        private final byte[] samples = new byte[shape.height * shape.rowBytes()];
        private final byte[] low = new byte[rows * shape.rowBytes()];
        private final byte[] high = sums.isExact() ? low : new byte[low.length];

        /** Returns {@code [height, row bytes]} for the samples. */
        byte[] samples() {
            return samples;
        }

        /** Returns {@code [rows, row bytes]}, what samples become at least; behind each row's results is anything. */
        byte[] low() {
            return low;
        }

        /** Returns the same of what they become at most; if sums are exact, the same array. */
        byte[] high() {
            return high;
        }

        /**
         * Convolves the samples.
         *
         * @throws IllegalStateException if the engine is closed
         */
        void convolve() {
            src.copyBitsFrom(ByteBuffer.wrap(samples), 0);
            if (!routine.tryRun(src, dst)) {
                throw new IllegalStateException("the engine of the operation is closed");
            }
            dst.copyBitsTo(ByteBuffer.wrap(low), 0);
            if (!sums.isExact()) {
                dst.copyBitsTo(ByteBuffer.wrap(high), low.length);
            }
        }

        private void close() {
            src.close();
            dst.close();
        }
    }

    /**
     * Compiles the program.
     *
     * @param kernel of the extents that the sums are of
     */
    ByteProgram(Engine engine, ImageKernel kernel, ByteSums sums, Shape shape) {
        this.engine = engine;
        this.shape = shape;
        this.rows = shape.height - kernel.height() + 1;
        this.sums = sums;
        try {
            this.routine = routine(kernel);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private Routine routine(ImageKernel kernel) {
        Routine made = engine.routine(new ByteSteps(engine, sums, shape, rows, owned).program(kernel));
        owned.add(made);
        return made;
    }

    /** Has a strip's memory used by nobody else meanwhile. */
    void use(Consumer<Buffers> body) {
        Buffers free = idle.pollFirst();
        Buffers used = free == null ? new Buffers() : free;
        try {
            body.accept(used);
        } finally {
            idle.addFirst(used);
        }
    }

    /** Returns what runs. */
    Explanation explain() {
        return routine.explain();
    }

    @Override
    public void close() {
        for (int i = owned.size() - 1; i >= 0; i--) {
            owned.get(i).close();
        }
        idle.forEach(Buffers::close);
    }
}
