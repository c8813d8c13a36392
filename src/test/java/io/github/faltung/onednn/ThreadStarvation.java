package io.github.faltung.onednn;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Limits the address space so that no thread's stack fits, and has oneDNN compute what it computes in parallel: then without the limit again.
 * For a child JVM on Linux, with stacks of {@link #STACK}. GCC's OpenMP runtime ends the process where it can start no thread.
 */
final class ThreadStarvation {
    private static final int THREADS = 2;
    private static final int CHANNELS = 32;
    private static final Dims SRC = Dims.of(1, CHANNELS, 56, 56);

    /** What {@code OMP_STACKSIZE} has to be: so large that there can be memory for all else, but not for one. */
    static final String STACK = "200M";

    /** Less than a stack, and more than what {@link NativeRoom} asks for. */
    private static final long LEFT = 150L << 20;

    /** More than the stacks of a team and of its trial. */
    private static final long MOST_LEFT = 1000L << 20;

    private static final long STEP = 25L << 20;

    private ThreadStarvation() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        var layer = ConvolutionDescriptor.conv2d(CHANNELS, CHANNELS)
                .kernel(3)
                .padding(1)
                .build();
        try (Engine engine = OneDnnEngine.open(OneDnnOptions.DEFAULT.withThreads(THREADS));
                Tensor weights = one(layer.weightsDims(), 2, 1);
                Convolution conv = engine.convolution(layer, weights);
                ConvolutionGradients gradients = engine.gradients(layer);
                Pooling pooling = engine.pooling(
                        PoolingDescriptor.max2d().kernel(2).stride(2).build());
                Tensor src = one(SRC, 3, 5);
                Tensor dst = Tensor.allocate(SRC);
                Tensor pooled = Tensor.allocate(Dims.of(1, CHANNELS, 28, 28));
                Tensor diffWeights = Tensor.allocate(layer.weightsDims());
                Tensor diffSrc = Tensor.allocate(SRC)) {
            AddressSpaceExhaustion.leave(LEFT);
            long before = tasks();
            requireRefused();
            for (int call = 0; call < 3; call++) {
                conv.forward(src, dst);
                pooling.forward(src, pooled);
                gradients.backwardWeights(src, dst, diffWeights, null);
                gradients.backwardData(weights, dst, diffSrc);
                requireRight(dst, pooled, diffWeights, diffSrc);
            }
            require(tasks() == before, "started threads");
            AddressSpaceExhaustion.leaveAll();
            Thread.sleep(200);
            conv.forward(src, dst);
            requireRight(dst, pooled, diffWeights, diffSrc);
            long started = tasks() - before;
            sweep(conv, src);
            System.out.println("started " + started + " when there was room");
        }
    }

    /** Has new threads call, each with room for a little more than the one before. */
    private static void sweep(Convolution conv, Tensor src) throws IOException, InterruptedException {
        for (long left = STEP; left < MOST_LEFT; left += STEP) {
            var limited = new CountDownLatch(1);
            var caller = new FutureTask<@Nullable Void>(() -> {
                try (Tensor dst = Tensor.allocate(SRC)) {
                    limited.await();
                    conv.forward(src, dst);
                }
                return null;
            });
            var thread = new Thread(caller);
            thread.start();
            AddressSpaceExhaustion.leave(left);
            limited.countDown();
            thread.join();
            AddressSpaceExhaustion.leaveAll();
            requireHeld(caller);
        }
    }

    private static void requireHeld(FutureTask<@Nullable Void> caller) throws InterruptedException {
        try {
            caller.get();
        } catch (ExecutionException e) {
            boolean isWant = e.getCause() instanceof OutOfMemoryError
                    || (e.getCause() instanceof OneDnnException x && x.status() == OneDnnStatus.OUT_OF_MEMORY);
            require(isWant, e.toString());
        }
    }

    /** Returns a tensor of zeros but for one element. */
    private static Tensor one(Dims dims, float value, int place) {
        Tensor tensor = Tensor.allocate(dims);
        tensor.set(value, 0, 0, place, place);
        return tensor;
    }

    private static void requireRight(Tensor dst, Tensor pooled, Tensor diffWeights, Tensor diffSrc) {
        require(dst.get(0, 0, 5, 5) == 6, "output " + dst.get(0, 0, 5, 5));
        require(pooled.get(0, 0, 2, 2) == 3, "maximum " + pooled.get(0, 0, 2, 2));
        require(diffWeights.get(0, 0, 1, 1) == 18, "gradient of a weight " + diffWeights.get(0, 0, 1, 1));
        require(diffSrc.get(0, 0, 5, 5) == 12, "gradient of the source " + diffSrc.get(0, 0, 5, 5));
    }

    private static void require(boolean holds, String failure) {
        LifetimeScenarios.require(holds, failure);
    }

    /** Where OpenMP can't be told to use one thread only. */
    private static void requireRefused() {
        try {
            OpenMpTeam.require(THREADS);
        } catch (OutOfMemoryError e) {
            require(e.toString().contains("thread"), e.toString());
            return;
        }
        throw new AssertionError("found room for a thread");
    }

    /** Returns how many threads the process has for the system. */
    private static long tasks() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.count();
        }
    }
}
