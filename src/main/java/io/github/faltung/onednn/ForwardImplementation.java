package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The primitive that computes a problem, source and destination in one plain layout, with the weights as it wants them. Immutable;
 * executed by many threads at once.
 */
final class ForwardImplementation {
    private final ForwardShape shape;
    private final dnnl_memory_desc src;
    private final dnnl_memory_desc dst;
    private final dnnl_memory weights;
    private final String name;
    private final Primitive primitive;
    private final List<String> notes = new ArrayList<>();

    /**
     * Finds and compiles the implementation: the first that oneDNN offers, no known defect strikes, and can be compiled.
     *
     * @param layout of source and destination; mixed layouts fall to oneDNN's reference loops
     * @throws UnsupportedConvolutionException if there is none
     */
    ForwardImplementation(
            NativeEngine engine,
            NativeHandles owner,
            ConvolutionProblem problem,
            ForwardShape shape,
            Layout layout,
            PackedWeights weights) {
        this.shape = shape;
        this.src = plain(engine, owner, shape.src(), layout);
        this.dst = plain(engine, owner, shape.dst(), layout);
        dnnl_primitive_desc desc = describe(
                engine,
                owner,
                problem,
                engine.anyLayout(owner, WeightsShape.dims(problem.descriptor())),
                weights.biasDesc(),
                PostOpAttributes.of(engine, owner, problem.descriptor().postOps()));
        boolean hasBias = weights.bias() != null;
        this.primitive = SoundImplementation.compile(
                owner,
                desc,
                problem,
                (candidate, scratchpadBytes) -> KnownDefect.of(
                                new Candidate(candidate, shape, problem.descriptor(), hasBias, scratchpadBytes))
                        .map(KnownDefect::toString),
                notes);
        this.name = Primitive.implementationName(desc);
        this.weights = weights.packed(
                dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_weights_md, 0), shape.turned(), problem);
    }

    static dnnl_memory_desc plain(NativeEngine engine, NativeHandles owner, long[] dims, Layout layout) {
        return engine.strided(owner, dims, layout.strides(Dims.of(dims)));
    }

    private dnnl_primitive_desc describe(
            NativeEngine engine,
            NativeHandles owner,
            ConvolutionProblem problem,
            dnnl_memory_desc anyWeights,
            @Nullable dnnl_memory_desc bias,
            dnnl_primitive_attr attributes) {
        var desc = new dnnl_primitive_desc();
        int status = shape.transposed()
                ? dnnl.dnnl_deconvolution_forward_primitive_desc_create(
                        desc,
                        engine.handle(),
                        dnnl.dnnl_forward_inference,
                        dnnl.dnnl_deconvolution_direct,
                        src,
                        anyWeights,
                        bias,
                        dst,
                        shape.perAxis(ForwardShape.Axis::stride),
                        shape.perAxis(ForwardShape.Axis::dilates),
                        shape.perAxis(ForwardShape.Axis::paddingL),
                        shape.perAxis(ForwardShape.Axis::paddingR),
                        attributes)
                : dnnl.dnnl_convolution_forward_primitive_desc_create(
                        desc,
                        engine.handle(),
                        dnnl.dnnl_forward_inference,
                        dnnl.dnnl_convolution_direct,
                        src,
                        anyWeights,
                        bias,
                        dst,
                        shape.perAxis(ForwardShape.Axis::stride),
                        shape.perAxis(ForwardShape.Axis::dilates),
                        shape.perAxis(ForwardShape.Axis::paddingL),
                        shape.perAxis(ForwardShape.Axis::paddingR),
                        attributes);
        if (status == dnnl.dnnl_unimplemented) {
            throw new UnsupportedConvolutionException("oneDNN has no implementation: " + problem);
        }
        OneDnnStatus.check(
                status, shape.transposed() ? "dnnl_deconvolution_forward" : "dnnl_convolution_forward", problem);
        return owner.own(desc, dnnl::dnnl_primitive_desc_destroy);
    }

    dnnl_memory_desc src() {
        return src;
    }

    dnnl_memory_desc dst() {
        return dst;
    }

    dnnl_memory weights() {
        return weights;
    }

    /** Returns which implementations were passed over, and why. */
    List<String> notes() {
        return notes;
    }

    String name() {
        return name;
    }

    Primitive primitive() {
        return primitive;
    }
}
