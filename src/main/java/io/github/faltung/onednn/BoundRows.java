package io.github.faltung.onednn;

import io.github.faltung.convolution.PoolingAxis;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/** {@link PoolingRows} between two memories, with what each thread needs for itself. For one caller at a time. */
final class BoundRows implements Step {
    /** So many elements are looked at in about as long as waking a thread takes. */
    private static final double ELEMENTS_PER_PART = 1 << 15;

    /** Parts for each thread, so that none waits long for the last. */
    private static final int PARTS = 4;

    private final PoolingRows pooling;
    private final dnnl_memory in;
    private final dnnl_memory out;
    private final AddressPointer address = new AddressPointer();
    private final WorkerPool.Task task = this::part;
    private final Tap[] taps;
    private final Scratch[] scratches;
    private final int parts;

    /** By how many elements along W the mean of each window divides; empty for maxima. */
    private final long[] divisors;

    private long srcAddress;
    private long dstAddress;

    /** One element of all windows along W: in {@code count} of them, from {@code ow} on, it lies in the source, at {@code iw} first. */
    private record Tap(int ow, int iw, int count) {}

    /** One thread's copies: of a block of source rows, and of the output row that it makes. */
    private static final class Scratch {
        private final float[] src;
        private final float[] dst;
        private final FloatsAt floats = new FloatsAt();
        private long loaded;

        Scratch(int src, int dst) {
            this.src = new float[src];
            this.dst = new float[dst];
        }
    }

    BoundRows(PoolingRows pooling, dnnl_memory in, dnnl_memory out) {
        this.pooling = pooling;
        this.in = in;
        this.out = out;
        double elements = (double) pooling.rows()
                * pooling.dstRowLength()
                * pooling.problem().windowVolume();
        long most = Math.min((long) PARTS * pooling.workers().workers(), pooling.rows());
        this.parts = (int) Math.max(1, Math.min(most, (long) (elements / ELEMENTS_PER_PART)));
        this.taps = taps(pooling.w());
        this.divisors = new long[pooling.isMean() ? (int) pooling.w().dst() : 0];
        Arrays.setAll(divisors, ow -> pooling.divisor(pooling.w(), ow));
        this.scratches = new Scratch[Math.min(parts, pooling.workers().workers())];
        Arrays.setAll(
                scratches, worker -> new Scratch(pooling.blockRows() * pooling.srcRowLength(), pooling.dstRowLength()));
    }

    private static Tap[] taps(PoolingAxis w) {
        // No window before the last begins further right, none behind the first further left.
        long first = w.firstInSource(w.dst() - 1);
        long last = Math.min(w.kernel() - 1L, Math.floorDiv(w.src() - 1 - w.start(0), (long) w.dilation()));
        return LongStream.rangeClosed(first, last)
                .mapToObj(kw -> {
                    long start = w.start(0) + kw * w.dilation();
                    long from = Math.max(0, -Math.floorDiv(start, (long) w.stride()));
                    long to = Math.min(w.dst() - 1, Math.floorDiv(w.src() - 1 - start, (long) w.stride()));
                    return new Tap((int) from, (int) (start + from * w.stride()), (int) Math.max(0, to - from + 1));
                })
                .toArray(Tap[]::new);
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public void execute(dnnl_stream stream) {
        OneDnnStatus.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait", pooling.problem());
        srcAddress = addressOf(in);
        dstAddress = addressOf(out);
        pooling.workers().forEach(parts, task);
    }

    private long addressOf(dnnl_memory memory) {
        OneDnnStatus.check(
                dnnl.dnnl_memory_get_data_handle(memory, address), "dnnl_memory_get_data_handle", pooling.problem());
        return address.address();
    }

    private void part(int part, int worker) {
        long rows = pooling.rows();
        Scratch scratch = scratches[worker];
        scratch.loaded = -1; // what an earlier call has left
        long first = rows / parts * part + Math.min(part, rows % parts);
        long end = first + rows / parts + (part < rows % parts ? 1 : 0);
        for (long row = first; row < end; row++) {
            compute(row, scratch);
            scratch.floats
                    .at(dstAddress + row * pooling.dstRowLength() * Float.BYTES)
                    .put(scratch.dst, 0, scratch.dst.length);
        }
    }

    private void compute(long row, Scratch scratch) {
        PoolingAxis d = pooling.d();
        PoolingAxis h = pooling.h();
        long oh = row % h.dst();
        long od = row / h.dst() % d.dst();
        long image = row / h.dst() / d.dst();
        Arrays.fill(scratch.dst, pooling.isMean() ? 0 : Float.NEGATIVE_INFINITY);
        for (long kd = d.firstInSource(od), lastD = kd + d.inSource(od); kd < lastD; kd++) {
            long id = d.start(od) + kd * d.dilation();
            for (long kh = h.firstInSource(oh), lastH = kh + h.inSource(oh); kh < lastH; kh++) {
                long ih = h.start(oh) + kh * h.dilation();
                take(scratch.src, load((image * d.src() + id) * h.src() + ih, scratch), scratch.dst);
            }
        }
        if (pooling.isMean()) {
            divide(scratch.dst, pooling.divisor(d, od) * pooling.divisor(h, oh));
        }
    }

    /** Copies the block of a source row, if it is another than the last; returns where in the copy the row begins. */
    private int load(long row, Scratch scratch) {
        long block = row / pooling.blockRows();
        if (block != scratch.loaded) {
            scratch.floats
                    .at(srcAddress + block * scratch.src.length * Float.BYTES)
                    .get(scratch.src, 0, scratch.src.length);
            scratch.loaded = block;
        }
        return (int) (row % pooling.blockRows()) * pooling.srcRowLength();
    }

    /** Takes the elements of one source row into all windows of the output row. */
    private void take(float[] src, int row, float[] dst) {
        int inner = pooling.inner();
        int stride = pooling.w().stride();
        for (Tap tap : taps) {
            if (stride == 1) {
                take(src, row + tap.iw * inner, dst, tap.ow * inner, tap.count * inner);
            } else if (inner == 1) {
                takeEvery(stride, src, row + tap.iw, dst, tap.ow, tap.count);
            } else {
                for (int i = 0; i < tap.count; i++) {
                    take(src, row + (tap.iw + i * stride) * inner, dst, (tap.ow + i) * inner, inner);
                }
            }
        }
    }

    private void take(float[] src, int from, float[] dst, int to, int count) {
        if (pooling.isMean()) {
            for (int i = 0; i < count; i++) {
                dst[to + i] += src[from + i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                dst[to + i] = Math.max(dst[to + i], src[from + i]);
            }
        }
    }

    private void takeEvery(int stride, float[] src, int from, float[] dst, int to, int count) {
        if (pooling.isMean()) {
            for (int i = 0; i < count; i++) {
                dst[to + i] += src[from + i * stride];
            }
        } else {
            for (int i = 0; i < count; i++) {
                dst[to + i] = Math.max(dst[to + i], src[from + i * stride]);
            }
        }
    }

    private void divide(float[] dst, long others) {
        int inner = pooling.inner();
        for (int ow = 0; ow < divisors.length; ow++) {
            float divisor = (float) (others * divisors[ow]);
            for (int i = ow * inner; i < (ow + 1) * inner; i++) {
                dst[i] /= divisor;
            }
        }
    }
}
