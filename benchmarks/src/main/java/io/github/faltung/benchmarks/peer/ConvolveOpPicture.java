package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.PictureWorkload;
import io.github.faltung.benchmarks.workload.Workload;
import io.github.faltung.checking.Comparison;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;

/** A picture filtered by the JDK's {@link ConvolveOp}, from image to image, but for the border, which it leaves black. One thread: it has no more. */
public final class ConvolveOpPicture implements Prepared {
    private final PictureWorkload workload;
    private final BufferedImage src;
    private final BufferedImage dst;
    private final ConvolveOp operation;

    /** Makes it ready. */
    public ConvolveOpPicture(PictureWorkload workload) {
        this.workload = workload;
        src = workload.picture();
        dst = workload.type().image();
        operation = new ConvolveOp(workload.kernel().toAwt(), ConvolveOp.EDGE_ZERO_FILL, null);
    }

    @Override
    public void run() {
        operation.filter(src, dst);
    }

    @Override
    public float[] output() {
        float[] samples = PictureWorkload.samples(dst);
        workload.leaveOutBorder(samples);
        return samples;
    }

    @Override
    public Comparison compare(Workload same) {
        return workload.compareWithinStep(output(), false);
    }

    @Override
    public How how() {
        return How.named("java.awt.image.ConvolveOp, without the border");
    }

    @Override
    public void close() {
        // Its images are garbage.
    }
}
