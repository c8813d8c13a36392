package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import java.util.ArrayList;
import java.util.List;
import nu.pattern.OpenCV;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;
import org.opencv.imgproc.Imgproc;

/** A filter of planes on OpenCV: {@code filter2D} of 32-bit floats, zeros around the image, a call for each plane. */
public final class OpenCvLayer implements Prepared {
    private static final Point CENTER = new Point(-1, -1);

    private final Planes planes;
    private final List<Mat> src = new ArrayList<>();
    private final List<Mat> kernels = new ArrayList<>();
    private final List<Mat> dst = new ArrayList<>();

    /** Makes it ready. */
    public OpenCvLayer(LayerWorkload workload, int threads) {
        planes = Planes.of(workload);
        OpenCV.loadLocally();
        Core.setNumThreads(threads);
        float[] values = workload.src();
        for (int plane = 0; plane < planes.count(); plane++) {
            src.add(mat(planes.height(), planes.width(), planes.plane(values, plane)));
            kernels.add(mat(planes.kernelHeight(), planes.kernelWidth(), planes.kernel(plane)));
            dst.add(new Mat(planes.height(), planes.width(), CvType.CV_32F));
        }
    }

    private static Mat mat(int rows, int columns, float[] values) {
        var mat = new Mat(rows, columns, CvType.CV_32F);
        mat.put(0, 0, values);
        return mat;
    }

    @Override
    public void run() {
        for (int plane = 0; plane < planes.count(); plane++) {
            Imgproc.filter2D(
                    src.get(plane), dst.get(plane), CvType.CV_32F, kernels.get(plane), CENTER, 0, Core.BORDER_CONSTANT);
        }
    }

    @Override
    public float[] output() {
        var values = new float[planes.count() * planes.area()];
        var one = new float[planes.area()];
        for (int plane = 0; plane < planes.count(); plane++) {
            dst.get(plane).get(0, 0, one);
            System.arraycopy(one, 0, values, plane * one.length, one.length);
        }
        return values;
    }

    @Override
    public How how() {
        return How.named("OpenCV filter2D");
    }

    @Override
    public void close() {
        List.of(src, kernels, dst).forEach(mats -> mats.forEach(Mat::release));
    }
}
