package io.github.faltung;

import com.sun.management.OperatingSystemMXBean;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.image.ConvolutionOp;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.Kernel;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;

/**
 * How many calls a second 1, 2, 4 and 8 callers of one layer make in all, in turns: sharing the processors must lose nothing. And how many
 * in a second of processor time, which tells what waiting for each other costs, also on a machine that has other work. Not a test: speed
 * has none. {@code .ci/threads} runs it.
 */
final class CallersThroughput {
    private static final int[] CALLERS = {1, 2, 4, 8};
    private static final int WARM_UP_MILLIS = 300;

    private final Engine engine;

    /** What to close at the end, the latest first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private CallersThroughput(Engine engine) {
        this.engine = engine;
        open.push(engine);
    }

    /**
     * Prints a line for each layer, and the worst ratio of all at the end.
     *
     * @param args rounds, of which the middle counts; milliseconds of each; a part of the layers' names, if not all are wanted
     */
    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        int millis = Integer.parseInt(args[1]);
        String wanted = args.length > 2 ? args[2] : "";
        var measured = new CallersThroughput(Faltung.open());
        var worst = new Rates(1, 1);
        try {
            for (Map.Entry<String, Supplier<Runnable>> layer : measured.layers().entrySet()) {
                if (layer.getKey().contains(wanted)) {
                    worst = worst.least(measure(layer.getKey(), layer.getValue(), rounds, millis));
                }
            }
        } finally {
            while (!measured.open.isEmpty()) {
                measured.open.pop().close();
            }
        }
        System.out.printf(
                Locale.ROOT,
                "worst over the best: %.3f in calls a second, %.3f in calls a second of processor time%n",
                worst.perSecond,
                worst.perProcessorSecond);
    }

    /** Calls in two units of time, or ratios of them. */
    private record Rates(double perSecond, double perProcessorSecond) {
        Rates least(Rates other) {
            return new Rates(
                    Math.min(perSecond, other.perSecond), Math.min(perProcessorSecond, other.perProcessorSecond));
        }

        static Rates middle(Rates[] all) {
            return new Rates(
                    median(Arrays.stream(all).mapToDouble(Rates::perSecond)),
                    median(Arrays.stream(all).mapToDouble(Rates::perProcessorSecond)));
        }

        private static double median(DoubleStream values) {
            double[] sorted = values.sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    private static Rates measure(String name, Supplier<Runnable> newCaller, int rounds, int millis)
            throws InterruptedException {
        List<Runnable> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS[CALLERS.length - 1]; i++) {
            callers.add(newCaller.get());
        }
        var rates = new Rates[CALLERS.length][rounds];
        for (int i = 0; i < CALLERS.length; i++) {
            rate(callers.subList(0, CALLERS[i]), WARM_UP_MILLIS);
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < CALLERS.length; i++) {
                rates[i][round] = rate(callers.subList(0, CALLERS[i]), millis);
            }
        }
        Rates[] middle = Arrays.stream(rates).map(Rates::middle).toArray(Rates[]::new);
        double best = Arrays.stream(middle).mapToDouble(Rates::perSecond).max().orElseThrow();
        double thrifty = Arrays.stream(middle)
                .mapToDouble(Rates::perProcessorSecond)
                .max()
                .orElseThrow();
        var worst = new Rates(1, 1);
        var text = new StringBuilder(String.format(Locale.ROOT, "%-34s", name));
        for (int i = 0; i < CALLERS.length; i++) {
            var ratio = new Rates(middle[i].perSecond / best, middle[i].perProcessorSecond / thrifty);
            worst = worst.least(ratio);
            text.append(String.format(
                    Locale.ROOT,
                    "  %d: %9.1f/s %.3f %.3f",
                    CALLERS[i],
                    middle[i].perSecond,
                    ratio.perSecond,
                    ratio.perProcessorSecond));
        }
        System.out.println(text);
        return worst;
    }

    /** Returns how many calls a second all callers make together; of each the time is taken until its own last call has returned. */
    private static Rates rate(List<Runnable> callers, int millis) throws InterruptedException {
        var calls = new AtomicLong();
        var rates = new double[callers.size()];
        var begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers.size(); i++) {
            int caller = i;
            var thread = new Thread(() -> {
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                rates[caller] = loop(callers.get(caller), millis * 1_000_000L, calls);
            });
            thread.start();
            threads.add(thread);
        }
        long before = processorNanos();
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return new Rates(Arrays.stream(rates).sum(), calls.get() * 1e9 / (processorNanos() - before));
    }

    private static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static double loop(Runnable call, long nanos, AtomicLong all) {
        long start = System.nanoTime();
        long calls = 0;
        long now = start;
        while (now - start < nanos) {
            call.run();
            calls++;
            now = System.nanoTime();
        }
        all.addAndGet(calls);
        return calls * 1e9 / (now - start);
    }

    /** Returns what makes a caller, with tensors of its own, of each layer. */
    private Map<String, Supplier<Runnable>> layers() {
        var all = new LinkedHashMap<String, Supplier<Runnable>>();
        for (String line : List.of(
                "conv ic3ih8oc8kh3ph1",
                "conv ic16ih14oc16kh3ph1",
                "conv ic64ih56oc64kh3ph1",
                "conv mb4ic128ih56oc128kh3ph1",
                "conv g128ic128ih28oc128kh3ph1",
                "conv mb2g256ic256ih56oc256kh3ph1",
                "deconv ic64ih28oc32kh4sh2ph1")) {
            all.put(line, convolution(ConvolutionProblem.parse(line)));
        }
        all.put("u8:s8 conv ic64ih56oc64kh3ph1", convolution(bytes("conv ic64ih56oc64kh3ph1")));
        all.put("u8:s8 conv ic16ih14oc16kh3ph1", convolution(bytes("conv ic16ih14oc16kh3ph1")));
        for (String line :
                List.of("pool ic64ih56kh2sh2", "pool mb2ic64ih112kh3sh2ph1 --alg=avg_p", "pool ic16ih14kh2sh2")) {
            all.put(line, pooling(PoolingProblem.parse(line)));
        }
        all.put("deformable ic32ih40oc32kh3ph1", deformable());
        all.put("gradients ic32ih28oc32kh3ph1", gradients(ConvolutionProblem.parse("conv mb2ic32ih28oc32kh3ph1")));
        all.put("ConvolutionOp 5x5 on 640x480", picture());
        return all;
    }

    private static ConvolutionProblem bytes(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        var types = new LayerTypes(DataType.U8, DataType.S8, DataType.S32);
        return new ConvolutionProblem(
                problem.descriptor().withTypes(types, problem.descriptor().quantization()), problem.srcDims());
    }

    private Supplier<Runnable> convolution(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        return lazily(
                () -> engine.convolution(
                        layer,
                        kept(Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST))),
                (Convolution conv) -> {
                    Tensor src = kept(Tensor.allocate(layer.types().src(), problem.srcDims(), Layout.CHANNELS_LAST));
                    Tensor dst = kept(Tensor.allocate(layer.types().dst(), problem.dstDims(), Layout.CHANNELS_LAST));
                    return () -> conv.forward(src, dst);
                });
    }

    private Supplier<Runnable> pooling(PoolingProblem problem) {
        return lazily(() -> engine.pooling(problem.descriptor()), (Pooling pooling) -> {
            Tensor src = kept(Tensor.allocate(DataType.F32, problem.srcDims(), Layout.CHANNELS_LAST));
            Tensor dst = kept(Tensor.allocate(DataType.F32, problem.dstDims(), Layout.CHANNELS_LAST));
            return () -> pooling.forward(src, dst);
        });
    }

    private Supplier<Runnable> deformable() {
        DeformableDescriptor layer =
                DeformableDescriptor.deformable2d(32, 32).kernel(3).padding(1).build();
        var problem = new DeformableProblem(layer, Dims.of(1, 32, 40, 40));
        return lazily(
                () -> engine.deformable(
                        layer, kept(Tensor.allocate(layer.convolution().weightsDims())), null),
                (DeformableConvolution conv) -> {
                    Tensor src = kept(Tensor.allocate(problem.srcDims()));
                    Tensor offsets = kept(Tensor.allocate(problem.offsetsDims()));
                    Tensor dst = kept(Tensor.allocate(problem.dstDims()));
                    return () -> conv.forward(src, offsets, null, dst);
                });
    }

    private Supplier<Runnable> gradients(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        return lazily(() -> engine.gradients(layer), (ConvolutionGradients gradients) -> {
            Tensor src = kept(Tensor.allocate(problem.srcDims()));
            Tensor weights = kept(Tensor.allocate(layer.weightsDims()));
            Tensor diffDst = kept(Tensor.allocate(problem.dstDims()));
            Tensor diffSrc = kept(Tensor.allocate(problem.srcDims()));
            Tensor diffWeights = kept(Tensor.allocate(layer.weightsDims()));
            return () -> {
                gradients.backwardData(weights, diffDst, diffSrc);
                gradients.backwardWeights(src, diffDst, diffWeights, null);
            };
        });
    }

    private static Supplier<Runnable> picture() {
        var values = new float[25];
        Arrays.fill(values, 1f / 25);
        var op = new ConvolutionOp(new Kernel(5, 5, values));
        return () -> {
            var src = new BufferedImage(640, 480, BufferedImage.TYPE_3BYTE_BGR);
            var dst = new BufferedImage(640, 480, BufferedImage.TYPE_3BYTE_BGR);
            for (int i = 0; i < 640 * 480; i++) {
                src.setRGB(i % 640, i / 640, i * 2654435);
            }
            return () -> op.filter(src, dst);
        };
    }

    /** The layer is made with its first caller, so that none is made that is not measured. */
    private <L extends AutoCloseable> Supplier<Runnable> lazily(Supplier<L> layer, Function<L, Runnable> caller) {
        var made = new ArrayList<L>();
        return () -> {
            if (made.isEmpty()) {
                made.add(kept(layer.get()));
            }
            return caller.apply(made.get(0));
        };
    }

    private <T extends AutoCloseable> T kept(T one) {
        open.push(one);
        return one;
    }
}
