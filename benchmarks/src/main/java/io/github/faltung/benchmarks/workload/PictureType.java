package io.github.faltung.benchmarks.workload;

import java.awt.image.BufferedImage;

/** How a picture is stored; the names are those of the workloads. */
public enum PictureType {
    /** A byte for each pixel. */
    grey(BufferedImage.TYPE_BYTE_GRAY, 1),
    /** Three bytes for each pixel: blue, green, red. */
    bgr(BufferedImage.TYPE_3BYTE_BGR, 3),
    /** An int for each pixel, of which 24 bits are used. */
    intrgb(BufferedImage.TYPE_INT_RGB, 3);

    private final int imageType;
    private final int bands;

    PictureType(int imageType, int bands) {
        this.imageType = imageType;
        this.bands = bands;
    }

    /** Returns how many bands there are. */
    public int bands() {
        return bands;
    }

    /** Returns a black image of this type, as large as the pictures of the workloads. */
    public BufferedImage image() {
        return new BufferedImage(PictureWorkload.WIDTH, PictureWorkload.HEIGHT, imageType);
    }
}
