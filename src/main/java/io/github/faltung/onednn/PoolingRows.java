package io.github.faltung.onednn;

import io.github.faltung.convolution.PoolingAxis;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * Pooling in Java, for what oneDNN has only reference loops for: an output row is the maximum or the sum of source rows, and what of a
 * source row goes to neighbours of an output row are neighbours, or a stride apart. In f32, one plain layout. Immutable.
 *
 * @param notes why oneDNN does not compute it
 * @param images how many there are, each a channel's if channels come first
 * @param inner elements at each place: the channels if they come last, else 1
 * @param d the slowest spatial axis; one place wide if there are fewer than three
 */
record PoolingRows(
        WorkerPool workers,
        PoolingProblem problem,
        Layout layout,
        List<String> notes,
        dnnl_memory_desc src,
        dnnl_memory_desc dst,
        long images,
        int inner,
        PoolingAxis d,
        PoolingAxis h,
        PoolingAxis w)
        implements Implementation {
    private static final PoolingAxis SINGLE = new PoolingAxis(1, 1, 1, 1, 1, 0, 0);

    /** The longest row, of which each thread has one of the source and one of the output. */
    private static final long LONGEST = 1 << 28;

    private static final long BLOCK = 1 << 16;

    /** From so many channels on it is worth a copy to have them beside each other, unless a row is {@link #LONG}. */
    private static final long MANY = 16;

    private static final long LONG = 256;

    @Override
    public Forms forms() {
        return Forms.both(Form.of(layout));
    }

    /**
     * Prepares a problem.
     *
     * @param callers the layout that takes the fewest copies
     * @throws UnsupportedConvolutionException if a row is too long
     */
    static PoolingRows of(
            NativeEngine engine,
            WorkerPool workers,
            NativeHandles owner,
            PoolingProblem problem,
            Layout callers,
            List<String> notes) {
        List<PoolingAxis> axes = problem.axes();
        int rank = axes.size();
        PoolingAxis w = axes.get(rank - 1);
        long channels = problem.srcDims().get(1);
        boolean last = callers == Layout.CHANNELS_LAST || (channels >= MANY && w.dst() < LONG);
        Layout layout = last ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST;
        if (Math.max(w.src(), w.dst()) * (last ? channels : 1) > LONGEST) {
            throw new UnsupportedConvolutionException(
                    String.join("; ", notes) + "; not by Java: a row has more than 2^28 elements: " + problem);
        }
        return new PoolingRows(
                workers,
                problem,
                layout,
                List.copyOf(notes),
                ForwardImplementation.plain(engine, owner, problem.srcDims().toArray(), layout),
                ForwardImplementation.plain(engine, owner, problem.dstDims().toArray(), layout),
                problem.srcDims().get(0) * (last ? 1 : channels),
                last ? (int) channels : 1,
                rank < 3 ? SINGLE : axes.get(rank - 3),
                rank < 2 ? SINGLE : axes.get(rank - 2),
                w);
    }

    boolean isMean() {
        return problem.descriptor().kind() == PoolingDescriptor.Kind.AVERAGE;
    }

    /** Returns how many output rows there are. */
    long rows() {
        return images * d.dst() * h.dst();
    }

    /** Returns by how many elements a mean divides, which is the product over the axes; 1 for a maximum. */
    long divisor(PoolingAxis axis, long window) {
        return problem.descriptor().countIncludePad() ? axis.inPadded(window) : axis.inSource(window);
    }

    /** Returns how many source rows are copied at once: those of an image, if they fit a second-level cache. */
    int blockRows() {
        long ofImage = d.src() * h.src();
        return ofImage * srcRowLength() <= BLOCK ? (int) ofImage : 1;
    }

    int srcRowLength() {
        return (int) w.src() * inner;
    }

    int dstRowLength() {
        return (int) w.dst() * inner;
    }

    @Override
    public Step bind(NativeEngine engine, NativeHandles owner, dnnl_memory in, dnnl_memory out) {
        return new BoundRows(this, in, out);
    }

    @Override
    public long scratchpadBytes() {
        return workers.workers() * ((long) blockRows() * srcRowLength() + dstRowLength()) * Float.BYTES;
    }

    @Override
    public long[] frameOffsets() {
        return new long[0];
    }

    @Override
    public boolean readsDestination() {
        return false;
    }

    @Override
    public String name() {
        return "java";
    }

    @Override
    public String formulation() {
        return "rows in Java" + (problem.descriptor().dataType() == DataType.F32 ? "" : " in f32");
    }
}
