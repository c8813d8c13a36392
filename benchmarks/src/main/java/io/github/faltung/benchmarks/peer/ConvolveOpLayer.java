package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.awt.image.WritableRaster;
import java.util.ArrayList;
import java.util.List;

/**
 * A filter of planes on the JDK's {@link ConvolveOp}. It takes 8-bit images only (a raster of floats it can't convolve), turns the kernel
 * around, and leaves the border black instead of padding: less work, another result. So the pixels are the workload's in 256 shades and the
 * kernel is scaled to keep within them; inside the border the result is verified here, to a shade. One thread: it has no more.
 */
public final class ConvolveOpLayer implements Prepared {
    private static final int BRIGHTEST = 255;
    private static final int MIDDLE = 128;
    private static final int ROWS_VERIFIED = 4;

    /** It cuts fractions off, after a sum in floats. */
    private static final double MOST_OFF = 1.01;

    private final Planes planes;
    private final List<BufferedImage> src = new ArrayList<>();
    private final List<BufferedImage> dst = new ArrayList<>();
    private final List<ConvolveOp> operations = new ArrayList<>();

    /** Makes it ready. */
    public ConvolveOpLayer(LayerWorkload workload) {
        planes = Planes.of(workload);
        float[] values = workload.src();
        for (int plane = 0; plane < planes.count(); plane++) {
            src.add(image(planes.plane(values, plane)));
            dst.add(new BufferedImage(planes.width(), planes.height(), BufferedImage.TYPE_BYTE_GRAY));
            float[] kernel = averaging(planes.kernel(plane));
            operations.add(new ConvolveOp(
                    new Kernel(planes.kernelWidth(), planes.kernelHeight(), kernel), ConvolveOp.EDGE_ZERO_FILL, null));
        }
        run();
        for (int plane = 0; plane < planes.count(); plane++) {
            verify(plane);
        }
    }

    private BufferedImage image(float[] values) {
        var image = new BufferedImage(planes.width(), planes.height(), BufferedImage.TYPE_BYTE_GRAY);
        WritableRaster raster = image.getRaster();
        for (int i = 0; i < values.length; i++) {
            int shade = Math.min(BRIGHTEST, MIDDLE + (int) (values[i] * MIDDLE));
            raster.setSample(i % planes.width(), i / planes.width(), 0, shade);
        }
        return image;
    }

    /** Returns a kernel without negative weights whose sum is 1, so that no shade is clipped. */
    private static float[] averaging(float[] weights) {
        double sum = 0;
        for (float weight : weights) {
            sum += Math.abs(weight);
        }
        var kernel = new float[weights.length];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = (float) (Math.abs(weights[i]) / sum);
        }
        return kernel;
    }

    private void verify(int plane) {
        int rows = planes.kernelHeight() / 2;
        int columns = planes.kernelWidth() / 2;
        for (int y = rows; y < Math.min(rows + ROWS_VERIFIED, planes.height() - rows); y++) {
            for (int x = columns; x < planes.width() - columns; x++) {
                double off = Math.abs(dst.get(plane).getRaster().getSample(x, y, 0) - expected(plane, x, y));
                if (off > MOST_OFF) {
                    throw new Refusal("ConvolveOp is off by " + off + " shades at " + x + ", " + y);
                }
            }
        }
    }

    private double expected(int plane, int x, int y) {
        float[] kernel = operations.get(plane).getKernel().getKernelData(null);
        double sum = 0;
        for (int i = 0; i < kernel.length; i++) {
            int turned = kernel.length - 1 - i;
            int column = x + i % planes.kernelWidth() - planes.kernelWidth() / 2;
            int row = y + i / planes.kernelWidth() - planes.kernelHeight() / 2;
            sum += kernel[turned] * src.get(plane).getRaster().getSample(column, row, 0);
        }
        return sum;
    }

    @Override
    public void run() {
        for (int plane = 0; plane < planes.count(); plane++) {
            operations
                    .get(plane)
                    .filter(src.get(plane).getRaster(), dst.get(plane).getRaster());
        }
    }

    @Override
    public boolean isComparable() {
        return false;
    }

    @Override
    public float[] output() {
        throw new UnsupportedOperationException("ConvolveOp computes 8-bit shades, without the border");
    }

    @Override
    public How how() {
        return How.named("java.awt.image.ConvolveOp, 8-bit, without the border");
    }

    @Override
    public void close() {
        src.clear();
        dst.clear();
    }
}
