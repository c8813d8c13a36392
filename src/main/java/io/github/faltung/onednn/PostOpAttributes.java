package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;

/** Translates a chain of post-ops into oneDNN's attributes. */
final class PostOpAttributes {
    /** The mask of what has an element for each extent of axis 1. */
    private static final int PER_CHANNEL = 1 << 1;

    private PostOpAttributes() {}

    /**
     * Makes attributes with the chain and scratchpad mode {@code user}.
     *
     * @param layer whose chain it is, in the types that oneDNN sees
     * @param operands of the chain
     */
    static dnnl_primitive_attr of(
            NativeEngine engine, NativeHandles owner, ConvolutionDescriptor layer, PostOpOperands operands) {
        List<PostOp> chain = layer.postOps();
        dnnl_primitive_attr attributes = engine.attributes(owner);
        if (chain.isEmpty()) {
            return attributes;
        }
        var postOps = owner.own(new dnnl_post_ops(), dnnl::dnnl_post_ops_destroy);
        OneDnnStatus.check(dnnl.dnnl_post_ops_create(postOps), "dnnl_post_ops_create", chain);
        for (int i = 0; i < chain.size(); i++) {
            if (chain.get(i) instanceof PostOp.PerChannel constant && PostOpOperands.isArgument(constant)) {
                append(postOps, constant, engine.desc(operands.memory(i, constant)));
            } else {
                append(postOps, chain.get(i), layer.quantization());
            }
        }
        OneDnnStatus.check(
                dnnl.dnnl_primitive_attr_set_post_ops(attributes, postOps), "dnnl_primitive_attr_set_post_ops", chain);
        return attributes;
    }

    private static void append(dnnl_post_ops postOps, PostOp.PerChannel constant, dnnl_memory_desc operands) {
        if (constant instanceof PostOp.Binary binary) {
            OneDnnStatus.check(
                    dnnl.dnnl_post_ops_append_binary(postOps, algorithm(binary.operation()), operands),
                    "dnnl_post_ops_append_binary",
                    constant);
        } else {
            OneDnnStatus.check(
                    dnnl.dnnl_post_ops_append_prelu(postOps, PER_CHANNEL), "dnnl_post_ops_append_prelu", constant);
        }
    }

    private static void append(dnnl_post_ops postOps, PostOp postOp, Quantization quantization) {
        if (postOp instanceof PostOp.Eltwise eltwise) {
            appendEltwise(postOps, eltwise.algorithm(), eltwise.alpha(), eltwise.beta(), postOp);
        } else if (postOp instanceof PostOp.Prelu prelu) {
            appendEltwise(postOps, PostOp.Algorithm.RELU, prelu.operand(0), 0, postOp);
        } else if (postOp instanceof PostOp.Sum sum) {
            OneDnnStatus.check(
                    dnnl.dnnl_post_ops_append_sum(
                            postOps,
                            sum.scale() * quantization.dstScale(),
                            quantization.dstZeroPoint(),
                            dnnl.dnnl_data_type_undef),
                    "dnnl_post_ops_append_sum",
                    postOp);
        } else {
            throw new AssertionError("no oneDNN post-op for " + postOp);
        }
    }

    /**
     * A ReLU without slope is a clip here: some of oneDNN's implementations, those with {@code gemm} in their names and transposed ones for channels
     * first, multiply by a slope of 0 as by any other, which makes −0 of what is negative, and NaN of −∞.
     */
    private static void appendEltwise(
            dnnl_post_ops postOps, PostOp.Algorithm function, float alpha, float beta, PostOp postOp) {
        int status = function == PostOp.Algorithm.RELU && alpha == 0
                ? dnnl.dnnl_post_ops_append_eltwise(postOps, dnnl.dnnl_eltwise_clip, 0, Float.POSITIVE_INFINITY)
                : dnnl.dnnl_post_ops_append_eltwise(postOps, algorithm(function), alpha, beta);
        OneDnnStatus.check(status, "dnnl_post_ops_append_eltwise", postOp);
    }

    private static int algorithm(PostOp.Operation operation) {
        return switch (operation) {
            case ADD -> dnnl.dnnl_binary_add;
            case MUL -> dnnl.dnnl_binary_mul;
            case MAX -> dnnl.dnnl_binary_max;
            case MIN -> dnnl.dnnl_binary_min;
        };
    }

    private static int algorithm(PostOp.Algorithm algorithm) {
        return switch (algorithm) {
            case RELU -> dnnl.dnnl_eltwise_relu;
            case ELU -> dnnl.dnnl_eltwise_elu;
            case GELU_ERF -> dnnl.dnnl_eltwise_gelu_erf;
            case GELU_TANH -> dnnl.dnnl_eltwise_gelu_tanh;
            case SWISH -> dnnl.dnnl_eltwise_swish;
            case HARDSWISH -> dnnl.dnnl_eltwise_hardswish;
            case SIGMOID -> dnnl.dnnl_eltwise_logistic;
            case TANH -> dnnl.dnnl_eltwise_tanh;
            case HARDSIGMOID -> dnnl.dnnl_eltwise_hardsigmoid;
            case MISH -> dnnl.dnnl_eltwise_mish;
            case SOFT_RELU -> dnnl.dnnl_eltwise_soft_relu;
            case LINEAR -> dnnl.dnnl_eltwise_linear;
            case ABS -> dnnl.dnnl_eltwise_abs;
            case CLIP -> dnnl.dnnl_eltwise_clip;
        };
    }
}
