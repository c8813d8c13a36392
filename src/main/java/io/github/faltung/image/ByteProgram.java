package io.github.faltung.image;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Layer;
import io.github.faltung.convolution.PostOp;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Convolves strips of pixels of 8-bit samples without leaving the engine: bytes to f32, the kernel, and back to bytes, which hold what is out of
 * range in range. Where sums may be off, it does the last step twice, with sums a little too low and a little too high.
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
    }

    private final Engine engine;
    private final Shape shape;
    private final int rows;
    private final ByteSums sums;
    private final List<Layer> owned = new ArrayList<>();
    private final Routine routine;
    private final List<Buffers> idle = new ArrayList<>();

    /** The memory of one strip at a time. */
    final class Buffers {
        private final Tensor src = Tensor.allocate(DataType.U8, bytes(shape.height), Layout.CHANNELS_FIRST);
        private final Tensor dst = Tensor.allocate(DataType.U8, bytes(results()), Layout.CHANNELS_FIRST);
        private final byte[] samples = new byte[shape.height * shape.rowBytes()];
        private final byte[] low = new byte[rows * shape.rowBytes()];
        private final byte[] high = isExact() ? low : new byte[low.length];

        /** The thread that used it last. */
        private long user;

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
            if (!isExact()) {
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
        Storage src = Storage.source(DataType.U8, Part.dense(bytes(shape.height), Layout.CHANNELS_FIRST));
        Storage dst = Storage.destination(DataType.U8, Part.dense(bytes(results()), Layout.CHANNELS_FIRST));
        Region in = floats(shape.height);
        Region out = floats(rows);
        boolean isDirect = sums.isOfEightBits() && isExact() && sums.terms().size() == 1;
        List<Program.Step> steps = sums.isOfEightBits()
                ? eightBitSteps(src, isDirect ? dst.whole() : out)
                : floatSteps(pixels(src, 0, shape.height), in, out);
        if (!isDirect) {
            steps.add(new Program.Copy(out, pixels(dst, 0, rows)));
        }
        if (!isExact()) {
            Region higher = floats(rows);
            steps.add(apply(
                    new BytePass(1, 1, new float[] {(float) sums.raising()}), List.of(), sums.lift(), out, higher));
            steps.add(new Program.Copy(higher, pixels(dst, rows, rows)));
        }
        var program = new Program(
                new ConvolutionProblem(descriptor(kernel.height(), kernel.width(), List.of()), in.dims()),
                "pixels",
                src,
                dst,
                List.of(new Program.Piece(steps)),
                List.of());
        Routine made = engine.routine(program);
        owned.add(made);
        return made;
    }

    private List<Program.Step> floatSteps(Region src, Region in, Region out) {
        Region between = floats(rows);
        var steps = new ArrayList<Program.Step>();
        steps.add(new Program.Copy(src, in));
        for (int i = 0; i < sums.terms().size(); i++) {
            List<BytePass> passes = ((ByteTerm.Passes) sums.terms().get(i)).passes();
            BytePass last = passes.get(passes.size() - 1);
            Region seen = in;
            for (BytePass pass : passes.subList(0, passes.size() - 1)) {
                steps.add(apply(pass, List.of(), 0, seen, between));
                seen = between;
            }
            steps.add(apply(last, postOps(i), isLast(i) ? bias() : 0, seen, out));
        }
        return steps;
    }

    /** Returns the layers of 8-bit weights, which see each row as blocks of bytes: a block's bytes are channels. */
    private List<Program.Step> eightBitSteps(Storage src, Region out) {
        var steps = new ArrayList<Program.Step>();
        for (int i = 0; i < sums.terms().size(); i++) {
            var blocks = new ByteBlocks((ByteTerm.EightBits) sums.terms().get(i), sums.costs());
            Convolution layer =
                    eightBitLayer(blocks, out.storage().dataType(), postOps(i), (float) (isLast(i) ? bias() : 0));
            Region in = blocks(src.whole(), shape.height, blocks.block());
            steps.add(new Program.Apply(layer, in, blocks(out, rows, SumCosts.RESULTS)));
        }
        return steps;
    }

    private boolean isLast(int term) {
        return term == sums.terms().size() - 1;
    }

    /** Returns what is done with a term's sums: they are added to those before, and all are scaled. */
    private List<PostOp> postOps(int term) {
        var postOps = new ArrayList<PostOp>(term == 0 ? List.of() : List.of(PostOp.sum()));
        postOps.addAll(isLast(term) ? scaling() : List.of());
        return postOps;
    }

    /** Returns what is done with sums to which nothing was added. */
    private List<PostOp> scaling() {
        return sums.lowering() == 1 ? List.of() : List.of(PostOp.linear((float) sums.lowering(), (float) sums.shift()));
    }

    private double bias() {
        return sums.lowering() == 1 ? sums.shift() : 0;
    }

    /** Returns the step that sums a window; of {@code out} the columns that it leaves over are anything. */
    private Program.Step apply(BytePass window, List<PostOp> postOps, double bias, Region in, Region out) {
        Region inside = out.with(all -> all.slice(3, 0, shape.filledWidth() - window.width() + 1));
        return new Program.Apply(layer(window, postOps, (float) bias), in, inside);
    }

    private Convolution layer(BytePass window, List<PostOp> postOps, float bias) {
        int bands = shape.pixelBytes;
        ConvolutionDescriptor layer = descriptor(window.height(), window.width(), postOps);
        var biases = new float[bands];
        Arrays.fill(biases, bias);
        var ofAll = new float[bands * window.weights().length];
        for (int band = 0; band < bands; band++) {
            System.arraycopy(window.weights(), 0, ofAll, band * window.weights().length, window.weights().length);
        }
        try (Tensor w = Tensor.of(ofAll, layer.weightsDims());
                Tensor b = Tensor.of(biases, Dims.of(bands))) {
            Convolution made = engine.convolution(layer, w, bias == 0 ? null : b);
            owned.add(made);
            return made;
        }
    }

    private Convolution eightBitLayer(ByteBlocks blocks, DataType dst, List<PostOp> postOps, float bias) {
        ConvolutionDescriptor layer = blocks.layer(dst, postOps);
        var biases = new float[SumCosts.RESULTS];
        Arrays.fill(biases, bias);
        try (Tensor w = Tensor.allocate(DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor b = Tensor.of(biases, layer.biasDims())) {
            w.copyFrom(blocks.weights(), Layout.CHANNELS_FIRST);
            Convolution made = engine.convolution(layer, w, bias == 0 ? null : b);
            owned.add(made);
            return made;
        }
    }

    private ConvolutionDescriptor descriptor(int height, int width, List<PostOp> postOps) {
        int bands = shape.pixelBytes;
        return ConvolutionDescriptor.conv2d(bands, bands)
                .depthwise()
                .kernel(height, width)
                .postOps(postOps)
                .build();
    }

    /** Returns rows of numbers, with one row more behind them, so that rows from any element on are all there. */
    private Region floats(int height) {
        return Storage.loose(DataType.F32, pixels(height + 1), Layout.CHANNELS_LAST)
                .whole()
                .with(all -> all.slice(2, 0, height));
    }

    /** Returns the extents of rows as the caller has them. */
    private Dims bytes(int height) {
        return Dims.of(1, 1, height, shape.rowBytes());
    }

    /** Returns the extents of rows as layers have them. */
    private Dims pixels(int height) {
        return Dims.of(1, shape.pixelBytes, height, shape.filledWidth());
    }

    /** Returns the same rows as blocks of neighbours, which become channels. */
    private Region blocks(Region rows, int height, int block) {
        Dims dims = Dims.of(1, block, height, shape.rowBytes() / block);
        return rows.with(part -> new Part(part.offset(), dims, Layout.CHANNELS_LAST.strides(dims)));
    }

    private Region pixels(Storage bytes, int top, int height) {
        Part all = Part.dense(pixels(height), Layout.CHANNELS_LAST);
        return bytes.whole().with(part -> all.shifted((long) top * shape.rowBytes()));
    }

    /** Returns how many rows of results there are. */
    private int results() {
        return isExact() ? rows : 2 * rows;
    }

    private boolean isExact() {
        return sums.error().isNone();
    }

    /** Has a strip's memory used by nobody else meanwhile. */
    void use(Consumer<Buffers> body) {
        Buffers free = idle();
        Buffers used = free == null ? new Buffers() : free;
        try {
            body.accept(used);
        } finally {
            used.user = thread();
            synchronized (idle) {
                idle.add(used);
            }
        }
    }

    /** Returns memory that nobody uses, if there is any: what this thread used last, whose caches may have it still, or another's. */
    private @Nullable Buffers idle() {
        long thread = thread();
        synchronized (idle) {
            for (int i = 0; i < idle.size(); i++) {
                if (idle.get(i).user == thread) {
                    return idle.remove(i);
                }
            }
            return idle.isEmpty() ? null : idle.remove(idle.size() - 1);
        }
    }

    @SuppressWarnings("deprecation") // its successor is not in JDK 17
    private static long thread() {
        return Thread.currentThread().getId();
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
