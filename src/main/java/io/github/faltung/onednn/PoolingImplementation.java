package io.github.faltung.onednn;

import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/** oneDNN's pooling primitive for a problem, source and destination in one plain layout and type. */
final class PoolingImplementation implements PrimitiveImplementation {
    /** So many integers of 8 bits add up to less than 2³¹, the most that oneDNN accumulates them in. */
    private static final long S32_SUMMANDS = Integer.MAX_VALUE / 255;

    private final PoolingProblem problem;
    private final PoolingShape shape;
    private final Layout layout;
    private final DataType dataType;
    private final List<String> notes;
    private final dnnl_memory_desc src;
    private final dnnl_memory_desc dst;
    private final String name;
    private final Primitive primitive;

    /** Finds what computes a problem: a primitive in the type of its tensors; if there is none, one in f32; if there is none, Java. */
    static Implementation find(
            NativeEngine engine, WorkerPool workers, NativeHandles owner, PoolingProblem problem, Layout layout) {
        var notes = new ArrayList<String>();
        for (DataType type : new LinkedHashSet<>(List.of(problem.descriptor().dataType(), DataType.F32))) {
            try {
                return new PoolingImplementation(engine, owner, problem, layout, type, List.copyOf(notes));
            } catch (UnsupportedConvolutionException e) {
                notes.add("not by oneDNN in " + type + ": " + e.getMessage());
            }
        }
        return PoolingRows.of(engine, workers, owner, problem, layout, notes);
    }

    /**
     * Compiles the first implementation that oneDNN offers.
     *
     * @param dataType to compute in
     * @param notes why it is not computed otherwise
     * @throws UnsupportedConvolutionException if there is none but reference loops
     */
    private PoolingImplementation(
            NativeEngine engine,
            NativeHandles owner,
            PoolingProblem problem,
            Layout layout,
            DataType dataType,
            List<String> notes) {
        this.problem = problem;
        this.shape = PoolingShape.of(problem);
        this.layout = layout;
        this.dataType = dataType;
        this.notes = notes;
        if (shape.jumpsOverSource()) {
            throw new UnsupportedConvolutionException("it takes no dilation larger than the source for such a mean");
        }
        if (shape.isMostlyFrame()) {
            throw new UnsupportedConvolutionException("zeros around the source would take many times its memory");
        }
        if (!dataType.isFloating() && problem.windowVolume() > S32_SUMMANDS) {
            throw new UnsupportedConvolutionException("sums of its integers may exceed 2^31");
        }
        this.src = ForwardImplementation.plain(
                engine, owner, dataType, shape.tensors().src(), layout);
        this.dst = ForwardImplementation.plain(
                engine, owner, dataType, shape.tensors().dst(), layout);
        dnnl_primitive_desc desc = describe(engine, owner);
        this.name = Primitive.implementationName(desc);
        if (name.startsWith("ref")) {
            throw new UnsupportedConvolutionException("it has only reference loops, " + name);
        }
        this.primitive = Primitive.create(owner, desc, problem);
    }

    private dnnl_primitive_desc describe(NativeEngine engine, NativeHandles owner) {
        var desc = Primitive.description(owner, problem);
        ForwardShape tensors = shape.tensors();
        int status = dnnl.dnnl_pooling_forward_primitive_desc_create(
                desc,
                engine.handle(),
                dnnl.dnnl_forward_inference,
                shape.algorithm(),
                src,
                dst,
                tensors.perAxis(ForwardShape.Axis::stride),
                tensors.perAxis(ForwardShape.Axis::kernel),
                tensors.perAxis(ForwardShape.Axis::dilates),
                tensors.perAxis(ForwardShape.Axis::paddingL),
                tensors.perAxis(ForwardShape.Axis::paddingR),
                engine.attributes(owner));
        if (status == dnnl.dnnl_unimplemented) {
            throw new UnsupportedConvolutionException("it has no implementation");
        }
        OneDnnStatus.check(status, "dnnl_pooling_forward", problem);
        return desc;
    }

    @Override
    public dnnl_memory_desc src() {
        return src;
    }

    @Override
    public dnnl_memory_desc dst() {
        return dst;
    }

    @Override
    public Forms forms() {
        return Forms.both(Form.of(layout));
    }

    @Override
    public Map<Integer, dnnl_memory> constants() {
        return Map.of();
    }

    @Override
    public Primitive primitive() {
        return primitive;
    }

    @Override
    public long[] frameOffsets() {
        return shape.tensors().isFramed() ? shape.tensors().frameOffsets() : new long[0];
    }

    @Override
    public boolean readsDestination() {
        return false;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Conversion conversion() {
        return Conversion.between(dataType, dataType);
    }

    @Override
    public String formulation() {
        return dataType == problem.descriptor().dataType() ? "direct" : "direct in " + dataType;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public Object problem() {
        return problem;
    }
}
