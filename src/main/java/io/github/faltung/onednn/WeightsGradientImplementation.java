package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The primitive that computes the gradients by weights and bias of a regular problem, source and diffDst in one plain layout and of one
 * type. It always writes f32, in which it accumulates: so a gradient of a shorter type is rounded once, when it is copied out. Immutable.
 */
final class WeightsGradientImplementation {
    private final NativeEngine engine;
    private final NativeHandles owner;
    private final ConvolutionProblem problem;
    private final ForwardShape shape;
    private final Arithmetic arithmetic;
    private final DataType type;
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
     * Finds the implementation for tensors of given shapes: in their type, if they have one; if there is none or only slow ones, in f32.
     *
     * @throws UnsupportedConvolutionException if there is none
     */
    static WeightsGradientImplementation find(
            NativeEngine engine, NativeHandles owner, ConvolutionProblem problem, WeightsGradient.Shapes shapes) {
        Layout layout = TensorShape.commonLayout(shapes.src(), shapes.diffDst());
        boolean hasBias = shapes.diffBias() != null;
        DataType type = shapes.src().dataType();
        DataType other = shapes.diffDst().dataType();
        if (type == DataType.F32 && other == DataType.F32) {
            return new WeightsGradientImplementation(
                    engine, owner, problem, layout, type, Arithmetic.AS_TYPED_HOWEVER_SLOW, hasBias);
        }
        var obstacles = new ArrayList<String>();
        if (type != other) {
            obstacles.add("not " + Arithmetic.AS_TYPED + ": " + type + " by " + other);
        }
        for (Layout inner : type == other ? Arithmetic.AS_TYPED.layouts(layout) : List.<Layout>of()) {
            try {
                var typed = new WeightsGradientImplementation(
                        engine, owner, problem, inner, type, Arithmetic.AS_TYPED, hasBias);
                typed.notes.addAll(0, obstacles);
                return typed;
            } catch (UnsupportedConvolutionException e) {
                obstacles.add("not " + Arithmetic.AS_TYPED + ", " + inner + ": " + e.getMessage());
            }
        }
        var inF32 = new WeightsGradientImplementation(
                engine, owner, problem, layout, DataType.F32, Arithmetic.IN_F32, hasBias);
        inF32.notes.addAll(0, obstacles);
        return inF32;
    }

    /**
     * Finds and compiles the implementation.
     *
     * @param type of source and diffDst
     * @throws UnsupportedConvolutionException if there is none
     */
    private WeightsGradientImplementation(
            NativeEngine engine,
            NativeHandles owner,
            ConvolutionProblem problem,
            Layout layout,
            DataType type,
            Arithmetic arithmetic,
            boolean hasBias) {
        this.engine = engine;
        this.owner = owner;
        this.problem = problem;
        this.shape = ForwardShape.of(problem);
        engine.guards().requireAskable(shape, problem);
        this.arithmetic = arithmetic;
        this.type = type;
        src = ForwardImplementation.plain(engine, owner, type, shape.src(), layout);
        diffDst = ForwardImplementation.plain(engine, owner, type, shape.dst(), layout);
        long[] weights = WeightsShape.dims(problem.descriptor());
        anyWeights = engine.anyLayout(owner, weights);
        diffBias = hasBias ? engine.strided(owner, new long[] {shape.outputChannels()}, new long[] {1}) : null;
        attributes = engine.attributes(owner);
        dnnl_primitive_desc desc = describe(hint(engine.anyLayout(owner, type, weights)));
        primitive = SoundImplementation.compile(
                owner,
                desc,
                problem,
                (candidate, scratchpadBytes) -> arithmetic
                        .tooSlow(candidate)
                        .or(() -> engine.guards().against(candidate, shape).map(GradientDefect::toString)),
                notes);
        name = Primitive.implementationName(desc);
        diffWeights = dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_diff_weights_md, 0);
    }

    /** What oneDNN wants to know of the forward computation: its description, which is never compiled. */
    private dnnl_primitive_desc hint(dnnl_memory_desc forwardWeights) {
        var hint = Primitive.description(owner, problem);
        int status = dnnl.dnnl_convolution_forward_primitive_desc_create(
                hint,
                engine.handle(),
                dnnl.dnnl_forward_training,
                dnnl.dnnl_convolution_direct,
                src,
                forwardWeights,
                diffBias,
                diffDst,
                shape.perAxis(ForwardShape.Axis::stride),
                shape.perAxis(ForwardShape.Axis::dilates),
                shape.perAxis(ForwardShape.Axis::paddingL),
                shape.perAxis(ForwardShape.Axis::paddingR),
                attributes);
        return checked(hint, status, "dnnl_convolution_forward");
    }

    private dnnl_primitive_desc describe(dnnl_primitive_desc hint) {
        var desc = Primitive.description(owner, problem);
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
        return checked(desc, status, "dnnl_convolution_backward_weights");
    }

    private dnnl_primitive_desc checked(dnnl_primitive_desc desc, int status, String call) {
        if (status == dnnl.dnnl_unimplemented) {
            throw new UnsupportedConvolutionException("oneDNN has no implementation, " + call + ": " + problem);
        }
        OneDnnStatus.check(status, call, problem);
        return desc;
    }

    /** Returns the type of source and diffDst. */
    DataType type() {
        return type;
    }

    /** Returns how the problem is said to oneDNN. */
    String formulation() {
        return arithmetic.isInF32() ? "direct in f32" : "direct";
    }

    dnnl_memory_desc src() {
        return src;
    }

    dnnl_memory_desc diffDst() {
        return diffDst;
    }

    /** Returns diffWeights as the implementation writes it: f32, in the layout that it chose. */
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
