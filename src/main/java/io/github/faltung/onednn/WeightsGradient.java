package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The gradients by weights and bias of a regular layer for tensors of given shapes, ready to compute: copies into the implementation's
 * layout where need be, the implementation, copies to the caller's tensors. For one call at a time.
 */
final class WeightsGradient implements AutoCloseable {
    /** What one is made for. */
    record Shapes(
            TensorShape src,
            TensorShape diffDst,
            TensorShape diffWeights,
            @Nullable TensorShape diffBias) {
        static Shapes of(Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias) {
            return new Shapes(
                    TensorShape.of(src),
                    TensorShape.of(diffDst),
                    TensorShape.of(diffWeights),
                    diffBias == null ? null : TensorShape.of(diffBias));
        }
    }

    private final NativeEngine engine;
    private final int threads;
    private final ConvolutionProblem problem;
    private final NativeHandles handles = new NativeHandles();
    private final List<String> notes = new ArrayList<>();
    private final List<Step> sequence = new ArrayList<>();
    private final WeightsGradientImplementation implementation;
    private final dnnl_stream stream;
    private final dnnl_memory src;
    private final dnnl_memory diffDst;
    private final dnnl_memory diffWeights;
    private final @Nullable dnnl_memory diffBias;

    private WeightsGradient(NativeEngine engine, int threads, ConvolutionProblem problem, Shapes shapes) {
        this.engine = engine;
        this.threads = threads;
        this.problem = problem;
        try {
            implementation = WeightsGradientImplementation.find(engine, handles, problem, shapes);
            notes.addAll(implementation.notes());
            stream = engine.stream(handles);
            src = memory(shapes.src());
            diffDst = memory(shapes.diffDst());
            diffWeights = engine.memory(handles, callersWeights(shapes.diffWeights()));
            diffBias = shapes.diffBias() == null ? null : memory(shapes.diffBias());
            bind(shapes);
        } catch (Throwable e) {
            handles.close();
            throw e;
        }
    }

    /**
     * Makes one.
     *
     * @param threads that OpenMP is given
     */
    static WeightsGradient of(NativeEngine engine, int threads, ConvolutionProblem problem, Shapes shapes) {
        return OpenMpThreads.make(threads, () -> new WeightsGradient(engine, threads, problem, shapes));
    }

    private dnnl_memory memory(TensorShape tensor) {
        return engine.memory(handles, engine.strided(handles, tensor.dataType(), tensor.extents(), tensor.strides()));
    }

    private dnnl_memory_desc callersWeights(TensorShape tensor) {
        ConvolutionDescriptor layer = problem.descriptor();
        long[] strides = WeightsShape.strides(layer, tensor.strides());
        return engine.strided(handles, tensor.dataType(), WeightsShape.dims(layer), strides);
    }

    private void bind(Shapes shapes) {
        var arguments = new HashMap<Integer, dnnl_memory>();
        var afterwards = new ArrayList<Runnable>();
        arguments.put(dnnl.DNNL_ARG_SRC, entering("src", shapes.src(), src, implementation.src()));
        arguments.put(dnnl.DNNL_ARG_DIFF_DST, entering("diffDst", shapes.diffDst(), diffDst, implementation.diffDst()));
        arguments.put(
                dnnl.DNNL_ARG_DIFF_WEIGHTS,
                leaving("diffWeights", shapes.diffWeights(), diffWeights, implementation.diffWeights(), afterwards));
        dnnl_memory_desc biasDesc = implementation.diffBias();
        if (shapes.diffBias() != null && diffBias != null && biasDesc != null) {
            arguments.put(
                    dnnl.DNNL_ARG_DIFF_BIAS, leaving("diffBias", shapes.diffBias(), diffBias, biasDesc, afterwards));
        }
        sequence.add(new BoundPrimitive(engine, handles, implementation.primitive(), arguments));
        afterwards.forEach(Runnable::run);
    }

    private boolean isLaidOut(dnnl_memory callers, dnnl_memory_desc wanted) {
        return dnnl.dnnl_memory_desc_equal(engine.desc(callers), wanted) != 0;
    }

    /** Returns the caller's memory if it is laid out as wanted, else new memory that it is copied into. */
    private dnnl_memory entering(String name, TensorShape shape, dnnl_memory callers, dnnl_memory_desc wanted) {
        if (isLaidOut(callers, wanted)) {
            return callers;
        }
        dnnl_memory own = engine.allocated(handles, wanted);
        copy(callers, engine.desc(callers), own, wanted);
        notes.add(name + " is copied into a dense layout" + converted(shape.dataType(), implementation.type())
                + " first");
        return own;
    }

    /** Returns the caller's memory if it is laid out as wanted, else new memory that is copied to it afterwards. */
    private dnnl_memory leaving(
            String name, TensorShape shape, dnnl_memory callers, dnnl_memory_desc wanted, List<Runnable> afterwards) {
        if (isLaidOut(callers, wanted)) {
            return callers;
        }
        dnnl_memory own = engine.allocated(handles, wanted);
        afterwards.add(() -> copy(own, wanted, callers, engine.desc(callers)));
        notes.add(name + " is copied out of the implementation's own layout" + converted(shape.dataType(), DataType.F32)
                + " afterwards");
        return own;
    }

    /** Names the implementation's type where it is not the caller's. */
    private static String converted(DataType callers, DataType own) {
        return callers == own ? "" : ", " + own + ",";
    }

    private void copy(dnnl_memory from, dnnl_memory_desc fromDesc, dnnl_memory to, dnnl_memory_desc toDesc) {
        var copy = new Copy(engine, handles, fromDesc, toDesc, problem);
        sequence.add(copy.bind(engine, handles, from, to));
    }

    void execute(Tensor srcTensor, Tensor diffDstTensor, Tensor diffWeightsTensor, @Nullable Tensor diffBiasTensor) {
        point(src, srcTensor);
        point(diffDst, diffDstTensor);
        point(diffWeights, diffWeightsTensor);
        if (diffBias != null && diffBiasTensor != null) {
            point(diffBias, diffBiasTensor);
        }
        int before = OpenMpThreads.limit(threads); // nothing waits until it is lifted
        try {
            sequence.forEach(bound -> bound.execute(stream));
        } finally {
            OpenMpThreads.limit(before);
        }
        OneDnnStatus.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait", problem);
        if (problem.descriptor().flipKernel()) {
            float[] windows = diffWeightsTensor.toFloatArray();
            WeightsShape.turn(problem.descriptor(), windows);
            diffWeightsTensor.copyFrom(windows, Layout.CHANNELS_FIRST);
        }
    }

    private void point(dnnl_memory memory, Tensor tensor) {
        try (var address = new AddressPointer()) {
            OneDnnStatus.check(
                    dnnl.dnnl_memory_set_data_handle(memory, address.at(tensor.address())),
                    "dnnl_memory_set_data_handle",
                    problem);
        }
    }

    Explanation explain(String engineName) {
        return new Explanation(
                problem.toString(),
                engineName,
                implementation.formulation(),
                implementation.name(),
                0,
                implementation.primitive().scratchpadBytes(),
                notes);
    }

    @Override
    public void close() {
        handles.close();
    }
}
