package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The primitive that computes the gradients by weights and bias of a regular problem, source and diffDst in one plain layout. Immutable.
 */
final class WeightsGradientImplementation {
    private final NativeEngine engine;
    private final NativeHandles owner;
    private final ConvolutionProblem problem;
    private final ForwardShape shape;
    private final dnnl_memory_desc src;
    private final dnnl_memory_desc diffDst;
    private final dnnl_memory_desc anyWeights;
    private final @Nullable dnnl_memory_desc diffBias;
    private final dnnl_primitive_attr attributes;
    private final Primitive primitive;
    private final String name;
    private final dnnl_memory_desc diffWeights;
    private final List<String> notes = new ArrayList<>();

    /**
     * Finds and compiles the implementation.
     *
     * @throws UnsupportedConvolutionException if there is none
     */
    WeightsGradientImplementation(
            NativeEngine engine, NativeHandles owner, ConvolutionProblem problem, Layout layout, boolean hasBias) {
        this.engine = engine;
        this.owner = owner;
        this.problem = problem;
        this.shape = ForwardShape.of(problem);
        src = ForwardImplementation.plain(engine, owner, shape.src(), layout);
        diffDst = ForwardImplementation.plain(engine, owner, shape.dst(), layout);
        anyWeights = engine.anyLayout(owner, WeightsShape.dims(problem.descriptor()));
        diffBias = hasBias ? engine.strided(owner, new long[] {shape.outputChannels()}, new long[] {1}) : null;
        attributes = engine.attributes(owner);
        dnnl_primitive_desc desc = describe(hint());
        primitive = SoundImplementation.compile(
                owner,
                desc,
                problem,
                (candidate, scratchpadBytes) ->
                        GradientDefect.of(candidate, shape).map(GradientDefect::toString),
                notes);
        name = Primitive.implementationName(desc);
        diffWeights = dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_diff_weights_md, 0);
    }

    /** What oneDNN wants to know of the forward computation: its description, which is never compiled. */
    private dnnl_primitive_desc hint() {
        var hint = new dnnl_primitive_desc();
        int status = dnnl.dnnl_convolution_forward_primitive_desc_create(
                hint,
                engine.handle(),
                dnnl.dnnl_forward_training,
                dnnl.dnnl_convolution_direct,
                src,
                anyWeights,
                diffBias,
                diffDst,
                shape.perAxis(ForwardShape.Axis::stride),
                shape.perAxis(ForwardShape.Axis::dilates),
                shape.perAxis(ForwardShape.Axis::paddingL),
                shape.perAxis(ForwardShape.Axis::paddingR),
                attributes);
        return owned(hint, status, "dnnl_convolution_forward");
    }

    private dnnl_primitive_desc describe(dnnl_primitive_desc hint) {
        var desc = new dnnl_primitive_desc();
        int status = dnnl.dnnl_convolution_backward_weights_primitive_desc_create(
                desc,
                engine.handle(),
                dnnl.dnnl_convolution_direct,
                src,
                anyWeights,
                diffBias,
                diffDst,
                shape.perAxis(ForwardShape.Axis::stride),
                shape.perAxis(ForwardShape.Axis::dilates),
                shape.perAxis(ForwardShape.Axis::paddingL),
                shape.perAxis(ForwardShape.Axis::paddingR),
                hint,
                attributes);
        return owned(desc, status, "dnnl_convolution_backward_weights");
    }

    private dnnl_primitive_desc owned(dnnl_primitive_desc desc, int status, String call) {
        if (status == dnnl.dnnl_unimplemented) {
            throw new UnsupportedConvolutionException("oneDNN has no implementation, " + call + ": " + problem);
        }
        OneDnnStatus.check(status, call, problem);
        return owner.own(desc, dnnl::dnnl_primitive_desc_destroy);
    }

    dnnl_memory_desc src() {
        return src;
    }

    dnnl_memory_desc diffDst() {
        return diffDst;
    }

    /** Returns the layout of diffWeights that the implementation chose. */
    dnnl_memory_desc diffWeights() {
        return diffWeights;
    }

    @Nullable
    dnnl_memory_desc diffBias() {
        return diffBias;
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
