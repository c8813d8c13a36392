package io.github.faltung.image;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Layer;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Convolves strips of pixels of 8-bit samples without leaving the engine: bytes to f32, the kernel, and back to bytes, which hold what is out of
 * range in range. Where sums may be off, it does the last step twice, with sums a little too low and a little too high.
 *
 * <p>Thread-safe: calls at the same time have tensors of their own, which are kept for later ones.
 */
final class ByteProgram implements AutoCloseable {
    /** The shape of a strip. */
    record Shape(int bands, int pixelBytes, int width, int height) {}

    private final Shape shape;
    private final int rows;
    private final int columns;
    private final boolean isExact;
    private final List<Layer> owned = new ArrayList<>();
    private final Routine routine;
    private final Queue<Buffers> idle = new ConcurrentLinkedQueue<>();

    /** What one call needs of the engine's memory. */
    private record Buffers(Tensor src, Tensor dst) {
        void close() {
            src.close();
            dst.close();
        }
    }

    /**
     * Compiles the program.
     *
     * @param flipped the kernel as it is laid over the image
     * @param half what is added before sums are rounded down
     * @param bound by how much a sum may be off; 0 if all are multiples of {@code unit}
     */
    ByteProgram(Engine engine, ImageKernel flipped, Shape shape, double half, double bound, double unit) {
        this.shape = shape;
        this.rows = shape.height - flipped.height() + 1;
        this.columns = shape.width - flipped.width() + 1;
        this.isExact = bound == 0;
        try {
            this.routine = routine(engine, flipped, half, bound, unit);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private Routine routine(Engine engine, ImageKernel flipped, double half, double bound, double unit) {
        // The engine rounds to nearest, ties to even. Of exact sums none is a tie, if half a unit is added; of others
        // ties are uncertain.
        double shift = half - 0.5 + (isExact ? Math.min(unit, 0.5) / 2 : -bound);
        Convolution sums = layer(engine, flipped.height(), flipped.width(), flipped.weights(), (float) shift);
        Storage src = Storage.source(DataType.U8, Part.dense(srcDims(), Layout.CHANNELS_FIRST));
        Storage dst = Storage.destination(DataType.U8, Part.dense(dstDims(), Layout.CHANNELS_FIRST));
        Storage in = pixels(shape.height, shape.width);
        Storage out = pixels(rows, columns);
        var steps = new ArrayList<Program.Step>();
        steps.add(new Program.Copy(samples(src, 0, shape.height, shape.width), in.whole()));
        steps.add(new Program.Apply(sums, in.whole(), out.whole()));
        steps.add(new Program.Copy(out.whole(), samples(dst, 0, rows, columns)));
        if (!isExact) {
            Storage higher = pixels(rows, columns);
            steps.add(new Program.Apply(
                    layer(engine, 1, 1, new float[] {1}, (float) (2 * bound)), out.whole(), higher.whole()));
            steps.add(new Program.Copy(higher.whole(), samples(dst, dstBytes(), rows, columns)));
        }
        var program = new Program(
                new ConvolutionProblem(sums.descriptor(), in.part().dims()),
                "pixels",
                src,
                dst,
                List.of(new Program.Piece(steps)),
                List.of());
        Routine made = engine.routine(program);
        owned.add(made);
        return made;
    }

    private Convolution layer(Engine engine, int height, int width, float[] weights, float bias) {
        int bands = shape.bands;
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv2d(bands, bands)
                .depthwise()
                .kernel(height, width)
                .build();
        var biases = new float[bands];
        Arrays.fill(biases, bias);
        var ofAll = new float[bands * weights.length];
        for (int band = 0; band < bands; band++) {
            System.arraycopy(weights, 0, ofAll, band * weights.length, weights.length);
        }
        try (Tensor w = Tensor.of(ofAll, layer.weightsDims());
                Tensor b = Tensor.of(biases, Dims.of(bands))) {
            Convolution made = engine.convolution(layer, w, b);
            owned.add(made);
            return made;
        }
    }

    private Storage pixels(int height, int width) {
        return Storage.strided(DataType.F32, Dims.of(1, shape.bands, height, width), Layout.CHANNELS_LAST);
    }

    private Region samples(Storage pixels, int first, int height, int width) {
        long pitch = (long) width * shape.pixelBytes;
        long[] strides = {pitch * height, 1, pitch, shape.pixelBytes};
        return pixels.whole().with(part -> new Part(first, Dims.of(1, shape.bands, height, width), strides));
    }

    private int dstBytes() {
        return rows * columns * shape.pixelBytes;
    }

    private Dims srcDims() {
        return Dims.of(1, 1, shape.height, (long) shape.width * shape.pixelBytes);
    }

    private Dims dstDims() {
        return Dims.of(1, 1, isExact ? rows : 2L * rows, (long) columns * shape.pixelBytes);
    }

    /** Returns whether sums are exact, so that there is one result, not two. */
    boolean isExact() {
        return isExact;
    }

    /**
     * Convolves a strip.
     *
     * @param samples {@code [height, width · pixel bytes]}, read
     * @param low {@code [rows, columns · pixel bytes]}, overwritten
     * @param high the same with sums a little higher; left alone if sums are exact
     * @throws IllegalStateException if the engine is closed
     */
    void convolve(byte[] samples, byte[] low, byte[] high) {
        Buffers buffers = idle.poll();
        if (buffers == null) {
            buffers = new Buffers(
                    Tensor.allocate(DataType.U8, srcDims(), Layout.CHANNELS_FIRST),
                    Tensor.allocate(DataType.U8, dstDims(), Layout.CHANNELS_FIRST));
        }
        try {
            buffers.src.copyBitsFrom(ByteBuffer.wrap(samples), 0);
            if (!routine.tryRun(buffers.src, buffers.dst)) {
                throw new IllegalStateException("the engine of the operation is closed");
            }
            buffers.dst.copyBitsTo(ByteBuffer.wrap(low), 0);
            if (!isExact) {
                buffers.dst.copyBitsTo(ByteBuffer.wrap(high), low.length);
            }
        } finally {
            idle.add(buffers);
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
