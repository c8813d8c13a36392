package io.github.faltung.onednn;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/**
 * What a call of {@link Convolution#forward(Tensor, Tensor)} costs beside a bare loop over the C API on the same problem, in turns. Not a
 * test: speed has none.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.github.faltung.onednn.CallCost -Dexec.args=
 * </pre>
 */
final class CallCost {
    private static final List<String> LINES = List.of("conv mb1ic16ih8oc16oh8kh3ph1", "conv mb1ic64ih56oc64oh56kh3ph1");
    private static final int ROUNDS = 31;
    private static final long ROUND_NANOS = 100_000_000;

    private CallCost() {}

    /** Prints a line for each problem and layout. */
    public static void main(String[] args) {
        for (String line : args.length == 0 ? LINES : List.of(args)) {
            for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                measure(ConvolutionProblem.parse(line), layout);
            }
        }
    }

    private static void measure(ConvolutionProblem problem, Layout layout) {
        try (Engine engine = OneDnnEngine.open();
                Tensor weights = Tensor.allocate(problem.descriptor().weightsDims());
                Tensor src = Tensor.allocate(DataType.F32, problem.srcDims(), layout);
                Tensor dst = Tensor.allocate(DataType.F32, problem.dstDims(), layout);
                Convolution conv = engine.convolution(problem.descriptor(), weights);
                NativeEngine bareEngine = new NativeEngine(new Callers(OneDnnOptions.DEFAULT.threads()));
                NativeHandles handles = new NativeHandles()) {
            dnnl_stream stream = bareEngine.stream(handles);
            BoundPrimitive bare = bare(bareEngine, handles, problem, layout, src, dst);
            Runnable loopBody = () -> {
                bare.execute(stream);
                OneDnnStatus.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait", problem);
            };
            Runnable call = () -> conv.forward(src, dst);
            int calls = (int) Math.max(10, ROUND_NANOS / Math.max(1, nanosEach(call, 200)));
            var ratios = new double[ROUNDS];
            var bareNanos = new double[ROUNDS];
            var ourNanos = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                bareNanos[round] = nanosEach(loopBody, calls);
                ourNanos[round] = nanosEach(call, calls);
                ratios[round] = ourNanos[round] / bareNanos[round];
            }
            for (double[] values : List.of(ratios, bareNanos, ourNanos)) {
                Arrays.sort(values);
            }
            System.out.printf(
                    "%s %s: bare loop %.0f ns, forward %.0f ns (medians of %d rounds), ratio median %.3f, of minima %.3f%n",
                    problem,
                    layout,
                    bareNanos[ROUNDS / 2],
                    ourNanos[ROUNDS / 2],
                    ROUNDS,
                    ratios[ROUNDS / 2],
                    ourNanos[0] / bareNanos[0]);
        }
    }

    private static long nanosEach(Runnable body, int times) {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            body.run();
        }
        return (System.nanoTime() - start) / times;
    }

    private static BoundPrimitive bare(
            NativeEngine engine,
            NativeHandles handles,
            ConvolutionProblem problem,
            Layout layout,
            Tensor src,
            Tensor dst) {
        ForwardShape shape = ForwardShape.of(problem);
        dnnl_memory_desc srcDesc = ForwardImplementation.plain(engine, handles, shape.src(), layout);
        dnnl_memory_desc dstDesc = ForwardImplementation.plain(engine, handles, shape.dst(), layout);
        var desc = new dnnl_primitive_desc();
        OneDnnStatus.check(
                dnnl.dnnl_convolution_forward_primitive_desc_create(
                        desc,
                        engine.handle(),
                        dnnl.dnnl_forward_inference,
                        dnnl.dnnl_convolution_direct,
                        srcDesc,
                        engine.anyLayout(handles, WeightsShape.dims(problem.descriptor())),
                        null,
                        dstDesc,
                        shape.perAxis(ForwardShape.Axis::stride),
                        shape.perAxis(ForwardShape.Axis::dilates),
                        shape.perAxis(ForwardShape.Axis::paddingL),
                        shape.perAxis(ForwardShape.Axis::paddingR),
                        engine.attributes(handles)),
                "dnnl_convolution_forward_primitive_desc_create",
                problem);
        handles.own(desc, dnnl::dnnl_primitive_desc_destroy);
        dnnl_memory weights =
                engine.allocated(handles, dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_weights_md, 0));
        return new BoundPrimitive(
                engine,
                handles,
                Primitive.create(handles, desc, problem),
                Map.of(
                        dnnl.DNNL_ARG_SRC, at(engine, handles, srcDesc, src),
                        dnnl.DNNL_ARG_WEIGHTS, weights,
                        dnnl.DNNL_ARG_DST, at(engine, handles, dstDesc, dst)));
    }

    private static dnnl_memory at(NativeEngine engine, NativeHandles handles, dnnl_memory_desc desc, Tensor tensor) {
        dnnl_memory memory = engine.memory(handles, desc);
        OneDnnStatus.check(
                dnnl.dnnl_memory_set_data_handle(memory, new AddressPointer().at(tensor.address())),
                "dnnl_memory_set_data_handle",
                tensor);
        return memory;
    }
}
