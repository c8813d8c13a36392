package io.github.faltung.fuzz;

import io.github.faltung.image.ImageFile;
import io.github.faltung.image.PictureFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/** Pictures that are read whole, or shrunk to a few pixels. */
final class PictureTarget extends SpoiltTarget {
    private static final int MOST_PIXELS = 10_000;

    PictureTarget() {
        super("picture", Pictures.files(), Pictures.WORDS, List.of(IOException.class));
    }

    @Override
    long mostHeapBytes(byte[] input) {
        return Pictures.mostHeapBytes(input);
    }

    @Override
    void feed(byte[] input) throws IOException {
        IOException refused = null;
        try {
            PictureFile.Content content = PictureFile.read(new ByteArrayInputStream(input), MOST_PIXELS);
            int pixels = content.picture().width() * content.picture().height();
            if (pixels > MOST_PIXELS) {
                throw new AssertionError(pixels + " pixels");
            }
        } catch (IOException e) {
            refused = e;
        }
        ImageFile.read(file("picture", input));
        if (refused != null) {
            throw refused;
        }
    }
}
