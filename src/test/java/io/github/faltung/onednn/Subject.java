package io.github.faltung.onednn;

import static io.github.faltung.tensor.DataType.BF16;
import static io.github.faltung.tensor.DataType.S8;
import static io.github.faltung.tensor.DataType.U8;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.convolution.SequentialDescriptor;

/** Everything that an engine prepares and somebody closes: one of each kind, and of each way in which it is computed. */
enum Subject {
    CONVOLUTION,
    DEPTHWISE,
    TRANSPOSED,
    UPDATED,
    INTEGERS,
    BFLOAT16,
    GRADIENTS,
    TRANSPOSED_GRADIENTS,
    POOLING,
    POOLING_IN_JAVA,
    DEFORMABLE,
    SEQUENTIAL,
    ROUTINE,
    IMAGE_OPERATION;

    /** Prepares it on an engine. */
    Use open(Engine engine) {
        return switch (this) {
            case CONVOLUTION ->
                Uses.convolution(
                        engine,
                        ConvolutionDescriptor.conv2d(4, 6)
                                .kernel(3)
                                .padding(Padding.same())
                                .postOps(
                                        PostOp.sum(),
                                        PostOp.add(1, 2, 3, 4, 5, 6),
                                        PostOp.relu(),
                                        PostOp.prelu(1, 2, 3, 4, 5, 6))
                                .build());
            case DEPTHWISE ->
                Uses.convolution(
                        engine,
                        ConvolutionDescriptor.conv2d(16, 16)
                                .depthwise()
                                .kernel(3)
                                .padding(1)
                                .build());
            case TRANSPOSED ->
                Uses.convolution(
                        engine,
                        ConvolutionDescriptor.transposed2d(5, 3)
                                .kernel(4)
                                .stride(2)
                                .padding(1)
                                .build());
            case UPDATED ->
                Uses.updated(
                        engine,
                        ConvolutionDescriptor.conv2d(4, 6).kernel(3).padding(1).build());
            case INTEGERS ->
                Uses.convolution(
                        engine,
                        ConvolutionDescriptor.conv2d(8, 8)
                                .kernel(3)
                                .dataTypes(U8, S8, U8)
                                .quantization(Quantization.NONE.withSrc(0.5f, 2).withDst(2, 3))
                                .build());
            case BFLOAT16 ->
                Uses.convolution(
                        engine,
                        ConvolutionDescriptor.conv2d(16, 16)
                                .kernel(3)
                                .padding(1)
                                .dataType(BF16)
                                .build());
            case GRADIENTS ->
                Uses.gradients(
                        engine,
                        ConvolutionDescriptor.conv2d(4, 6).kernel(3).padding(1).build());
            case TRANSPOSED_GRADIENTS ->
                Uses.gradients(
                        engine,
                        ConvolutionDescriptor.transposed2d(4, 3)
                                .kernel(3)
                                .stride(2)
                                .build());
            case POOLING ->
                Uses.pooling(
                        engine,
                        PoolingDescriptor.average2d()
                                .kernel(3)
                                .stride(2)
                                .padding(1)
                                .ceilMode()
                                .countIncludePad()
                                .build());
            case POOLING_IN_JAVA ->
                Uses.pooling(
                        engine,
                        PoolingDescriptor.average2d()
                                .kernel(3)
                                .dilation(20)
                                .padding(20)
                                .build());
            case DEFORMABLE ->
                Uses.deformable(
                        engine,
                        DeformableDescriptor.deformable2d(8, 6)
                                .kernel(3)
                                .padding(1)
                                .groups(2)
                                .postOps(PostOp.sum())
                                .build());
            case SEQUENTIAL ->
                Uses.sequential(
                        engine,
                        SequentialDescriptor.of(
                                        Link.withBias(ConvolutionDescriptor.conv2d(4, 8)
                                                .kernel(3)
                                                .padding(1)
                                                .postOps(PostOp.relu())
                                                .build()),
                                        Link.of(PoolingDescriptor.max2d()
                                                .kernel(3)
                                                .stride(1)
                                                .padding(1)
                                                .build()))
                                .thenAdding(
                                        1,
                                        Link.of(ConvolutionDescriptor.conv2d(8, 8)
                                                .postOps(PostOp.sum())
                                                .build())));
            case ROUTINE ->
                Uses.routine(
                        engine,
                        ConvolutionDescriptor.conv2d(4, 6).kernel(3).padding(1).build());
            case IMAGE_OPERATION -> Uses.imageOperation(engine);
        };
    }

    /** Returns whether it has a {@code close}; what has none is freed with its engine. */
    boolean isClosedByItself() {
        return this != IMAGE_OPERATION;
    }

    /** One that was prepared. As thread-safe as what it stands for. */
    interface Use extends AutoCloseable {
        /** Computes with numbers that depend on nothing but the extents, which the given one determines, and returns what comes out. */
        float[] run(int extent);

        @Override
        void close();
    }
}
