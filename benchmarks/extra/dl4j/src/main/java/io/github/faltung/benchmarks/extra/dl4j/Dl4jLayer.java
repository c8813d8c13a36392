package io.github.faltung.benchmarks.extra.dl4j;

import io.github.faltung.benchmarks.peer.How;
import io.github.faltung.benchmarks.peer.Prepared;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** A layer as one operation of ND4J, channels first, the output's array reused. */
final class Dl4jLayer implements Prepared {
    private static final int MOST_AXES = 2;

    private final ConvolutionProblem problem;
    private final INDArray src;
    private final INDArray dst;
    private final DynamicCustomOp operation;

    Dl4jLayer(LayerWorkload workload, int threads) {
        problem = workload.problem();
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        Nd4j.getEnvironment().setMaxThreads(threads);
        src = array(workload.src(), lifted(problem.srcDims()));
        dst = Nd4j.create(DataType.FLOAT, lifted(problem.dstDims()));
        operation = new Operations(workload).of(src, dst);
    }

    static INDArray array(float[] values, long... shape) {
        return Nd4j.create(values, shape, DataType.FLOAT);
    }

    /** Returns the extents, one axis lifted to two. */
    private static long[] lifted(Dims dims) {
        long[] extents = dims.toArray();
        if (extents.length - 2 >= MOST_AXES) {
            return extents;
        }
        List<Long> more =
                new ArrayList<>(IntStream.range(0, 2).mapToObj(i -> extents[i]).toList());
        more.add(1L);
        more.add(extents[2]);
        return more.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public void run() {
        Nd4j.exec(operation);
    }

    @Override
    public float[] output() {
        return dst.data().asFloat();
    }

    @Override
    public How how() {
        return How.named("ND4J, channels first");
    }

    @Override
    public void close() {
        src.close();
        dst.close();
    }
}
