package io.github.faltung.spark;

import io.github.faltung.image.Picture;
import io.github.faltung.image.PictureFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Any number of pictures made of the bundled photograph, each another part of it, some mirrored, darker, or grey; the same in every run. */
final class DerivedPictures {
    private static final int LEAST = 40;
    private static final int MOST = 72;
    private static final int KINDS = 4;

    private final Picture photo;

    private DerivedPictures(Picture photo) {
        this.photo = photo;
    }

    static DerivedPictures ofThePhotograph() throws IOException {
        try (InputStream in = DerivedPictures.class.getResourceAsStream("/io/github/faltung/cli/chelsea.png")) {
            return new DerivedPictures(PictureFile.readWhole(in, Long.MAX_VALUE));
        }
    }

    /** Returns a picture. */
    Picture picture(int number) {
        var random = new SplittableRandom(number);
        int width = random.nextInt(LEAST, MOST + 1);
        int height = random.nextInt(LEAST, MOST + 1);
        int left = random.nextInt(photo.width() - width + 1);
        int top = random.nextInt(photo.height() - height + 1);
        boolean mirrored = random.nextBoolean();
        float brightness = random.nextInt(50, 101) / 100f;
        var planes = new float[3 * width * height];
        for (int i = 0; i < planes.length; i++) {
            int x = i % width;
            int y = i / width % height;
            int channel = i / (width * height);
            planes[i] = Math.round(brightness * photo.at(channel, top + y, left + (mirrored ? width - 1 - x : x)));
        }
        var picture = new Picture(3, width, height, planes);
        return number % KINDS == 0 ? rounded(picture.withChannels(1)) : picture;
    }

    /** As a file has it. */
    private static Picture rounded(Picture picture) {
        float[] planes = picture.planes().clone();
        for (int i = 0; i < planes.length; i++) {
            planes[i] = Math.round(planes[i]);
        }
        return new Picture(picture.channels(), picture.width(), picture.height(), planes);
    }

    /** Returns the name of a picture's file. */
    static String name(int number) {
        return String.format("picture-%05d.png", number);
    }

    /** Writes pictures into a folder. */
    void write(Path folder, int count) throws IOException {
        for (int number = 0; number < count; number++) {
            Files.write(folder.resolve(name(number)), PictureFile.png(picture(number)));
        }
    }

    /** Writes files that are no pictures beside them: text, and a picture that is cut off. Returns how many. */
    static int writeBroken(Path folder) throws IOException {
        byte[] whole = PictureFile.png(ofThePhotograph().picture(1));
        Files.write(folder.resolve("broken-text.png"), "no picture".getBytes(StandardCharsets.UTF_8));
        Files.write(folder.resolve("broken-cut.png"), Arrays.copyOf(whole, whole.length / 2));
        return 2;
    }
}
