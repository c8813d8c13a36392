package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.benchmarks.workload.Values;
import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.ToLongFunction;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A layer as one oneDNN primitive through the presets' C API: what a good user writes without this library. Plain source and destination,
 * weights reordered once into what the primitive wants, scratchpad and arguments made once.
 */
public final class RawLayer implements Prepared {
    private static final int ARGUMENTS = 4;

    private final RawOneDnn oneDnn;
    private final Tensor src;
    private final Tensor dst;
    private final dnnl_primitive primitive;
    private final dnnl_exec_arg_t arguments;
    private final How how;

    private RawLayer(RawOneDnn oneDnn, LayerWorkload workload, int implementation) {
        this.oneDnn = oneDnn;
        ConvolutionProblem problem = workload.problem();
        Layout layout = workload.layout();
        src = Values.tensor(workload.src(), problem.srcDims(), layout);
        dst = Tensor.allocate(DataType.F32, problem.dstDims(), layout);
        dnnl_memory_desc srcDesc = oneDnn.strided(problem.srcDims().toArray(), layout.strides(problem.srcDims()));
        dnnl_memory_desc dstDesc = oneDnn.strided(problem.dstDims().toArray(), layout.strides(problem.dstDims()));
        var weights = RawWeights.of(problem.descriptor());
        dnnl_primitive_desc desc = describe(problem, srcDesc, oneDnn.any(weights.dims()), dstDesc);
        for (int i = 0; i < implementation; i++) {
            int status = dnnl.dnnl_primitive_desc_next_impl(desc);
            if (status == dnnl.dnnl_last_impl_reached) {
                throw new Refusal("oneDNN has " + (i + 1) + " implementations");
            }
            RawOneDnn.check("next implementation", status);
        }
        primitive = oneDnn.primitive(desc);
        dnnl_memory_desc packed = dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_weights_md, 0);
        dnnl_memory_desc scratchpad = dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_scratchpad_md, 0);
        arguments = new dnnl_exec_arg_t(ARGUMENTS);
        set(0, dnnl.DNNL_ARG_SRC, oneDnn.memory(srcDesc, Address.of(src)));
        set(1, dnnl.DNNL_ARG_WEIGHTS, packed(weights, workload.weights(), packed));
        set(2, dnnl.DNNL_ARG_DST, oneDnn.memory(dstDesc, Address.of(dst)));
        set(3, dnnl.DNNL_ARG_SCRATCHPAD, oneDnn.memory(scratchpad, Address.allocate()));
        arguments.position(0);
        how = new How(
                "direct",
                RawOneDnn.implementation(desc),
                dnnl.dnnl_memory_desc_get_size(packed),
                dnnl.dnnl_memory_desc_get_size(scratchpad));
    }

    /** Makes it ready. */
    public static RawLayer of(LayerWorkload workload) {
        return of(workload, 0);
    }

    private static RawLayer of(LayerWorkload workload, int implementation) {
        var oneDnn = new RawOneDnn();
        try {
            return new RawLayer(oneDnn, workload, implementation);
        } catch (Throwable e) {
            oneDnn.close();
            throw e;
        }
    }

    /** Makes one ready for each of oneDNN's implementations, in its order, but for loops without vectors; it may come upon one several times. */
    public static List<RawLayer> ofEach(LayerWorkload workload) {
        var all = new LinkedHashMap<String, RawLayer>();
        try {
            for (int i = 0; ; i++) {
                RawLayer next = of(workload, i);
                String name = next.how().implementation();
                if (name.startsWith("ref")) {
                    next.close();
                    return List.copyOf(all.values());
                }
                if (all.putIfAbsent(name, next) != null) {
                    next.close();
                }
            }
        } catch (Refusal noMore) {
            return List.copyOf(all.values());
        } catch (Throwable e) {
            all.values().forEach(RawLayer::close);
            throw e;
        }
    }

    private void set(int position, int argument, dnnl_memory memory) {
        arguments.position(position).arg(argument).memory(memory);
    }

    private dnnl_memory packed(RawWeights weights, float[] values, dnnl_memory_desc wanted) {
        try (Tensor plain = Tensor.of(values, Dims.of(values.length))) {
            dnnl_memory_desc plainDesc = oneDnn.strided(weights.dims(), weights.strides());
            return oneDnn.reordered(oneDnn.memory(plainDesc, Address.of(plain)), plainDesc, wanted);
        }
    }

    private dnnl_primitive_desc describe(
            ConvolutionProblem problem, dnnl_memory_desc src, dnnl_memory_desc weights, dnnl_memory_desc dst) {
        long[] strides = axes(problem, AxisGeometry::stride);
        long[] dilates = axes(problem, axis -> axis.dilation() - 1);
        long[] paddingL = axes(problem, AxisGeometry::paddingL);
        long[] paddingR = axes(problem, AxisGeometry::paddingR);
        var desc = new dnnl_primitive_desc();
        ConvolutionDescriptor layer = problem.descriptor();
        int status = layer.transposed()
                ? dnnl.dnnl_deconvolution_forward_primitive_desc_create(
                        desc,
                        oneDnn.engine(),
                        dnnl.dnnl_forward_inference,
                        dnnl.dnnl_deconvolution_direct,
                        src,
                        weights,
                        null,
                        dst,
                        strides,
                        dilates,
                        paddingL,
                        paddingR,
                        oneDnn.attributes())
                : dnnl.dnnl_convolution_forward_primitive_desc_create(
                        desc,
                        oneDnn.engine(),
                        dnnl.dnnl_forward_inference,
                        dnnl.dnnl_convolution_direct,
                        src,
                        weights,
                        null,
                        dst,
                        strides,
                        dilates,
                        paddingL,
                        paddingR,
                        oneDnn.attributes());
        RawOneDnn.check("primitive desc", status);
        return oneDnn.own(desc);
    }

    private static long[] axes(ConvolutionProblem problem, ToLongFunction<AxisGeometry> number) {
        return problem.axes().stream().mapToLong(number).toArray();
    }

    @Override
    public void run() {
        oneDnn.execute(primitive, ARGUMENTS, arguments);
    }

    @Override
    public float[] output() {
        return dst.toFloatArray(Layout.CHANNELS_FIRST);
    }

    @Override
    public How how() {
        return how;
    }

    @Override
    public void close() {
        oneDnn.close();
        src.close();
        dst.close();
    }
}
