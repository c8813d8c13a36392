package io.github.faltung.onednn;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/**
 * Takes the native memory that the process has, and limits its address space to little more, when oneDNN's matrix product is used for the first
 * time, a little less little each time; then has a layer prepared without limit, and the product run with one. For a child JVM on Linux, with an instruction set whose convolution of
 * channels first is that product.
 */
final class ProductExhaustion {
    /** Less than what oneDNN compiles into. */
    private static final long CHUNK = 128L << 10;

    /** For the JVM, which ends where it gets nothing. */
    private static final long LEAST_LEFT = 1L << 20;

    /** Enough for some of the kernels: where there is none for the first, oneDNN has slower loops that need none. */
    private static final long MOST_LEFT = 4L << 20;

    private static final Dims SRC = Dims.of(1, 32, 8, 8);

    private ProductExhaustion() {}

    public static void main(String[] args) throws IOException {
        var layer = ConvolutionDescriptor.conv2d(32, 32).kernel(3).padding(1).build();
        int failures = 0;
        try (Engine engine = OneDnnEngine.open(OneDnnOptions.DEFAULT.withThreads(1));
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Tensor src = Tensor.allocate(SRC);
                Tensor dst = Tensor.allocate(SRC)) {
            weights.set(2, 0, 0, 1, 1);
            src.set(3, 0, 0, 1, 1);
            for (long left = LEAST_LEFT; left <= MOST_LEFT; left += LEAST_LEFT) {
                List<Pointer> taken = takeAllBut(left);
                try {
                    run(engine, layer, weights, src, dst);
                } catch (OneDnnException e) {
                    LifetimeScenarios.require(e.status() == OneDnnStatus.OUT_OF_MEMORY, left + " bytes left: " + e);
                    failures++;
                } catch (OutOfMemoryError e) {
                    failures++;
                } finally {
                    taken.forEach(Pointer::free);
                    AddressSpaceExhaustion.leaveAll();
                }
            }
            String explained = explain(engine, layer, weights);
            LifetimeScenarios.require(explained.contains("gemm:jit"), explained);
            List<Pointer> taken = takeAllBut(MOST_LEFT);
            OneDnnStatus.check(
                    ProductKernels.multiply('N', ProductKernels.SIZE),
                    "dnnl_sgemm",
                    "with kernels that a layer had compiled");
            taken.forEach(Pointer::free);
            AddressSpaceExhaustion.leaveAll();
            run(engine, layer, weights, src, dst);
            LifetimeScenarios.require(dst.get(0, 0, 1, 1) == 6, "computes something else afterwards");
        }
        System.out.println(failures + " failures, then the product");
    }

    /** Leaves so many bytes. */
    private static List<Pointer> takeAllBut(long left) throws IOException {
        var taken = new ArrayList<Pointer>();
        AddressSpaceExhaustion.leave(LEAST_LEFT);
        for (Pointer chunk = Pointer.malloc(CHUNK); chunk != null; chunk = Pointer.malloc(CHUNK)) {
            taken.add(chunk);
        }
        AddressSpaceExhaustion.leave(left);
        return taken;
    }

    private static String explain(Engine engine, ConvolutionDescriptor layer, Tensor weights) {
        try (Convolution conv = engine.convolution(layer, weights)) {
            return conv.explain(SRC).toString();
        }
    }

    private static void run(Engine engine, ConvolutionDescriptor layer, Tensor weights, Tensor src, Tensor dst) {
        try (Convolution conv = engine.convolution(layer, weights)) {
            conv.forward(src, dst);
        }
    }
}
