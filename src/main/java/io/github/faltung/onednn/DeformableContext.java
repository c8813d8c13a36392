package io.github.faltung.onednn;

import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * What one call of a deformable layer in progress needs for itself: copies of an image's offsets and mask, of its source if that is not
 * channels last, and what each worker needs. For one caller at a time, who has the pool's threads help.
 */
final class DeformableContext implements AutoCloseable {
    private static final float[] NONE = {};
    private static final List<Layout> EITHER = List.of(Layout.CHANNELS_LAST, Layout.CHANNELS_FIRST);

    private final WorkerPool pool;
    private final List<DeformableBlocks.Block> blocks;
    private final dnnl_stream stream;
    private final ImageReader src;
    private final ImageReader offsets;
    private final @Nullable ImageReader mask;
    private final DeformableWorker[] workers;
    private final WorkerPool.Task makePiece = this::makePiece;

    /** What this consists of, in the order in which it was made. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Of the call in progress. */
    private @Nullable DeformableArguments arguments;

    private BilinearSampler.Image image = new BilinearSampler.Image(NONE, 1, NONE, 1);
    private long srcAddress;
    private long dstAddress;
    private long rowBytes;
    private long columnBytes;

    DeformableContext(NativeEngine engine, WorkerPool pool, DeformablePlan plan) {
        this.pool = pool;
        this.blocks = plan.blocks().all();
        this.workers = new DeformableWorker[Math.min(pool.workers(), blocks.size())];
        try {
            stream = engine.stream(made(new NativeHandles()));
            src = made(new ImageReader(engine, plan.src(), List.of(Layout.CHANNELS_LAST), plan.problem()));
            offsets = made(new ImageReader(engine, plan.offsets(), EITHER, plan.problem()));
            mask = plan.mask() == null ? null : made(new ImageReader(engine, plan.mask(), EITHER, plan.problem()));
            for (int i = 0; i < workers.length; i++) {
                workers[i] = made(new DeformableWorker(engine, plan));
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T made(T part) {
        try {
            parts.push(part);
            return part;
        } catch (Throwable e) {
            close(part);
            throw e;
        }
    }

    void execute(DeformableArguments callers) {
        arguments = callers;
        try {
            makeImages();
        } finally {
            arguments = null;
        }
    }

    private void makeImages() {
        DeformableArguments callers = Objects.requireNonNull(arguments, "arguments");
        Tensor dst = callers.dst();
        rowBytes = dst.stride(2) * Float.BYTES;
        columnBytes = dst.stride(3) * Float.BYTES;
        for (int mb = 0; mb < dst.dims().get(0); mb++) {
            read(callers, mb);
            dstAddress = dst.address() + mb * dst.stride(0) * Float.BYTES;
            pool.forEach(blocks.size(), makePiece);
        }
    }

    private void read(DeformableArguments callers, int mb) {
        Tensor ofMask = callers.mask();
        int before = OpenMpThreads.limit(1);
        try {
            image = new BilinearSampler.Image(
                    offsets.read(callers.offsets(), mb, stream),
                    offsets.channelStride(),
                    mask == null || ofMask == null ? NONE : mask.read(ofMask, mb, stream),
                    mask == null ? 1 : mask.channelStride());
            srcAddress = src.locate(callers.src(), mb, stream);
        } finally {
            OpenMpThreads.limit(before);
        }
    }

    private void makePiece(int part, int worker) {
        int before = OpenMpThreads.limit(1);
        try {
            makeLimited(part, worker);
        } finally {
            OpenMpThreads.limit(before);
        }
    }

    private void makeLimited(int part, int worker) {
        DeformableBlocks.Block block = blocks.get(part);
        long dst = dstAddress + block.top() * rowBytes + block.left() * columnBytes;
        workers[worker].run(block, image, srcAddress, dst);
    }

    /** Returns the bytes of the workers and of the copies, those on the heap included. */
    static long bytes(DeformablePlan plan) {
        long workers = Math.min(plan.workers(), plan.blocks().all().size());
        long images = imageElements(plan.src()) + 2 * imageElements(plan.offsets());
        TensorShape mask = plan.mask();
        return workers * DeformableWorker.bytes(plan)
                + Float.BYTES * (mask == null ? images : images + 2 * imageElements(mask));
    }

    private static long imageElements(TensorShape shape) {
        return shape.dims().elements() / shape.dims().get(0);
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            close(parts.pop());
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("closes without checked exceptions", e);
        }
    }
}
