package io.github.faltung.onednn;

import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * What one call of a deformable layer in progress needs for itself: copies of an image's source, offsets and mask, and the columns of a
 * piece. For one caller at a time, who has the pool's threads help.
 */
final class DeformableContext implements AutoCloseable {
    /** So many floats of columns a thread makes before it copies them: they are still in its first-level cache then. */
    private static final int CHUNK_FLOATS = 1 << 12;

    /** A cache line; a slice that is aligned to it begins and ends on one. */
    private static final int ALIGNMENT = 64;

    private static final float[] NONE = {};
    private static final List<Layout> EITHER = List.of(Layout.CHANNELS_LAST, Layout.CHANNELS_FIRST);

    private final BilinearSampler sampler;
    private final WorkerPool pool;
    private final NativeHandles handles = new NativeHandles();
    private final dnnl_stream stream;
    private final ImageReader src;
    private final ImageReader offsets;
    private final @Nullable ImageReader mask;
    private final int chunkPlaces;
    private final float[][] chunks;
    private final FloatBuffer columns;
    private final long columnsAddress;
    private final WorkerPool.Task sampleChunk = this::sampleChunk;

    private BilinearSampler.Image image = new BilinearSampler.Image(NONE, NONE, 1, NONE, 1);
    private DeformableBlocks.Block block;

    DeformableContext(NativeEngine engine, WorkerPool pool, DeformablePlan plan) {
        this.sampler = plan.sampler();
        this.pool = pool;
        this.block = plan.blocks().all().get(0);
        int length = sampler.columnLength();
        int floats = Math.multiplyExact(plan.blocks().mostPlaces(), length);
        this.columns = ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES) + 2 * ALIGNMENT)
                .alignedSlice(ALIGNMENT)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        this.columnsAddress = new FloatPointer(columns).address();
        this.chunkPlaces = Math.max(1, CHUNK_FLOATS / length);
        this.chunks = new float[pool.workers()][chunkPlaces * length];
        this.stream = engine.stream(handles);
        int channels = (int) plan.src().dims().get(1);
        ImageReader first = null;
        ImageReader second = null;
        try {
            first = new ImageReader(engine, plan.src(), List.of(Layout.CHANNELS_LAST), channels, plan.problem());
            second = new ImageReader(engine, plan.offsets(), EITHER, 0, plan.problem());
            mask = plan.mask() == null ? null : new ImageReader(engine, plan.mask(), EITHER, 0, plan.problem());
        } catch (Throwable e) {
            closeAll(first, second, handles);
            throw e;
        }
        src = first;
        offsets = second;
    }

    void execute(DeformableArguments arguments, DeformableBlocks blocks) {
        Tensor dst = arguments.dst();
        Tensor ofMask = arguments.mask();
        for (int mb = 0; mb < dst.dims().get(0); mb++) {
            image = new BilinearSampler.Image(
                    src.read(arguments.src(), mb, stream),
                    offsets.read(arguments.offsets(), mb, stream),
                    offsets.channelStride(),
                    mask == null || ofMask == null ? NONE : mask.read(ofMask, mb, stream),
                    mask == null ? 1 : mask.channelStride());
            for (DeformableBlocks.Block next : blocks.all()) {
                block = next;
                pool.forEach((block.places() + chunkPlaces - 1) / chunkPlaces, sampleChunk);
                long position = mb * dst.stride(0) + block.top() * dst.stride(2) + block.left() * dst.stride(3);
                block.plan().execute(columnsAddress, dst.address() + position * Float.BYTES);
            }
        }
    }

    private void sampleChunk(int part, int worker) {
        float[] chunk = chunks[worker];
        int length = sampler.columnLength();
        int first = part * chunkPlaces;
        int count = Math.min(chunkPlaces, block.places() - first);
        for (int i = 0; i < count; i++) {
            int oh = block.top() + (first + i) / block.width();
            int ow = block.left() + (first + i) % block.width();
            sampler.sample(image, oh, ow, chunk, i * length);
        }
        columns.put(first * length, chunk, 0, count * length);
    }

    /** Returns the bytes of the columns and of the copies, those on the heap included. */
    static long bytes(DeformablePlan plan) {
        long columns = (long) plan.blocks().mostPlaces() * plan.sampler().columnLength();
        long images = imageElements(plan.src()) + imageElements(plan.offsets());
        TensorShape mask = plan.mask();
        return Float.BYTES * (columns + 2 * (mask == null ? images : images + imageElements(mask)));
    }

    private static long imageElements(TensorShape shape) {
        return shape.dims().elements() / shape.dims().get(0);
    }

    private static void closeAll(@Nullable AutoCloseable... parts) {
        for (AutoCloseable part : parts) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError("closes without checked exceptions", e);
            }
        }
    }

    @Override
    public void close() {
        closeAll(src, offsets, mask, handles);
    }
}
