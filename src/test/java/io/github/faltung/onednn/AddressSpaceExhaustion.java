package io.github.faltung.onednn;

import com.sun.jna.Function;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Limits the address space of the process to little more than it has, while layers are prepared and run that need much native memory: so that
 * {@code malloc} fails in oneDNN and in the JDK. For a child JVM on Linux.
 */
final class AddressSpaceExhaustion {
    /** Linux's {@code RLIMIT_AS}. */
    private static final int ADDRESS_SPACE = 9;

    private static final long UNLIMITED = -1;
    private static final long[] LEFT = {8L << 20, 24L << 20, 40L << 20, 56L << 20, 72L << 20, 96L << 20, 1L << 30};

    /** Large copies into other layouts. */
    private static final ConvolutionDescriptor LARGE_TENSORS =
            ConvolutionDescriptor.conv2d(4, 4).kernel(3).padding(1).build();

    /** Large weights. */
    private static final ConvolutionDescriptor LARGE_WEIGHTS =
            ConvolutionDescriptor.conv2d(1024, 512).kernel(3).padding(1).build();

    private static int ofOneDnn;
    private static int ofJdk;

    private AddressSpaceExhaustion() {}

    public static void main(String[] args) throws IOException {
        for (EngineKind kind : new EngineKind[] {EngineKind.ONEDNN, EngineKind.PLANNED}) {
            for (long left : LEFT) {
                exhaust(kind, LARGE_TENSORS, Dims.of(1, 4, 1500, 1500), left);
                exhaust(kind, LARGE_WEIGHTS, Dims.of(1, 1024, 3, 3), left);
            }
        }
        System.out.println(ofOneDnn + " failures of oneDNN and " + ofJdk + " of the JDK left 0 handles");
    }

    private static void exhaust(EngineKind kind, ConvolutionDescriptor layer, Dims dims, long left) throws IOException {
        Dims dstDims = new ConvolutionProblem(layer, dims).dstDims();
        try (EngineKind.Opened engine = kind.open();
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Tensor src = Tensor.allocate(DataType.F32, dims, Layout.CHANNELS_FIRST);
                Tensor dst = Tensor.allocate(DataType.F32, dstDims, Layout.CHANNELS_LAST)) {
            weights.set(2, 0, 0, 1, 1);
            src.set(3, 0, 0, 1, 1);
            leave(left);
            try {
                run(engine.engine(), layer, weights, src, dst);
            } catch (OneDnnException e) {
                LifetimeScenarios.require(e.status() == OneDnnStatus.OUT_OF_MEMORY, e.toString());
                ofOneDnn++;
            } catch (OutOfMemoryError e) {
                ofJdk++;
            } finally {
                leaveAll();
            }
            run(engine.engine(), layer, weights, src, dst);
            LifetimeScenarios.require(dst.get(0, 0, 1, 1) == 6, "computes something else afterwards");
        }
        LifetimeScenarios.require(
                NativeHandles.live() == 0, kind + " " + layer + " left " + NativeHandles.live() + " handles");
    }

    private static void run(Engine engine, ConvolutionDescriptor layer, Tensor weights, Tensor src, Tensor dst) {
        try (Convolution conv = engine.convolution(layer, weights)) {
            conv.forward(src, dst);
        }
    }

    /** Limits the address space to so many bytes more than it has. */
    static void leave(long bytes) throws IOException {
        limit(size() + bytes);
    }

    /** Lifts the limit. */
    static void leaveAll() {
        limit(UNLIMITED);
    }

    /** Returns the bytes of the process's address space. */
    private static long size() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    /** Sets the soft limit and leaves the hard one unlimited. */
    private static void limit(long bytes) {
        int status = Function.getFunction("c", "setrlimit")
                .invokeInt(new Object[] {ADDRESS_SPACE, new long[] {bytes, UNLIMITED}});
        LifetimeScenarios.require(status == 0, "setrlimit failed");
    }
}
