package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.PictureFilter;
import io.github.faltung.benchmarks.workload.PictureWorkload;
import io.github.faltung.benchmarks.workload.Workload;
import io.github.faltung.checking.Comparison;
import java.awt.image.BufferedImage;
import nu.pattern.OpenCV;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * A picture filtered by OpenCV in 8 bits: Gaussians by {@code GaussianBlur}, all else by {@code filter2D}. From matrix to matrix: it is
 * spared the way from an image and back. It rounds to the nearest, sums of {@code GaussianBlur} in fixed point.
 */
public final class OpenCvPicture implements Prepared {
    private static final Point CENTER = new Point(-1, -1);

    private final PictureWorkload workload;
    private final Mat src;
    private final Mat kernel;
    private final Mat dst;

    /** Makes it ready. */
    public OpenCvPicture(PictureWorkload workload, int threads) {
        this.workload = workload;
        OpenCV.loadLocally();
        Core.setNumThreads(threads);
        src = mat(workload.picture());
        dst = new Mat(src.size(), src.type());
        kernel = new Mat(workload.size(), workload.size(), CvType.CV_32F);
        kernel.put(0, 0, workload.kernel().flipped().weights()); // it correlates
    }

    private static Mat mat(BufferedImage image) {
        int[] samples = image.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
        var bytes = new byte[samples.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) samples[i];
        }
        var mat = new Mat(
                image.getHeight(),
                image.getWidth(),
                CvType.CV_8UC(image.getRaster().getNumBands()));
        mat.put(0, 0, bytes);
        return mat;
    }

    @Override
    public void run() {
        if (workload.filter() == PictureFilter.GAUSS) {
            double sigma = PictureFilter.sigma(workload.size());
            var size = new Size(workload.size(), workload.size());
            Imgproc.GaussianBlur(src, dst, size, sigma, sigma, Core.BORDER_REPLICATE);
        } else {
            Imgproc.filter2D(src, dst, -1, kernel, CENTER, 0, Core.BORDER_REPLICATE);
        }
    }

    @Override
    public float[] output() {
        int bands = dst.channels();
        int area = dst.rows() * dst.cols();
        var bytes = new byte[bands * area];
        dst.get(0, 0, bytes);
        var samples = new float[bytes.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Byte.toUnsignedInt(bytes[i % area * bands + i / area]);
        }
        return samples;
    }

    @Override
    public Comparison compare(Workload same) {
        return workload.compareWithinStep(output(), true);
    }

    @Override
    public How how() {
        return How.named(workload.filter() == PictureFilter.GAUSS ? "OpenCV GaussianBlur" : "OpenCV filter2D");
    }

    @Override
    public void close() {
        src.release();
        kernel.release();
        dst.release();
    }
}
