package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.PictureWorkload;
import io.github.faltung.image.ConvolutionOp;
import java.awt.image.BufferedImage;

/** A picture filtered by this library: from image to image, all that it takes is counted. Every sample must be right. */
final class ConvolutionOpPicture implements Prepared {
    private final BufferedImage src;
    private final BufferedImage dst;
    private final ConvolutionOp operation;

    ConvolutionOpPicture(PictureWorkload workload) {
        src = workload.picture();
        dst = workload.type().image();
        operation =
                ConvolutionOp.with(workload.kernel()).edge(PictureWorkload.EDGE).build();
    }

    @Override
    public void run() {
        operation.filter(src, dst);
    }

    @Override
    public float[] output() {
        return PictureWorkload.samples(dst);
    }

    @Override
    public How how() {
        return How.named("ConvolutionOp");
    }

    @Override
    public void close() {
        // Its layer is shared, its images are garbage.
    }
}
