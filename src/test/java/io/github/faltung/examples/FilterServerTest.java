package io.github.faltung.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.image.ConvolutionOp;
import io.github.faltung.image.Edge;
import io.github.faltung.image.NamedKernel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The example server over HTTP: right pictures, and each limit. */
@Tag("native")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilterServerTest {
    private static final ServerLimits LIMITS = new ServerLimits(100_000, 20_000, 500, 64, Duration.ofMinutes(1));

    private final HttpClient http = HttpClient.newHttpClient();
    private FilterServer server;

    @BeforeAll
    void open() throws IOException {
        server = new FilterServer(0, LIMITS);
    }

    @AfterAll
    void close() {
        server.close();
    }

    private static BufferedImage noise(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        var random = new Random(7);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        return image;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private HttpRequest request(FilterServer to, String kernel, byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + to.port() + "/filter?" + kernel))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private void assertRefused(FilterServer by, String kernel, byte[] body, int status, String message)
            throws Exception {
        HttpResponse<String> answer =
                http.send(request(by, kernel, body), BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(message);
    }

    @Test
    void filter_manyAtOnce_eachIsWhatTheOperationMakes() throws Exception {
        BufferedImage image = noise(150, 100);
        List<String> kernels = List.of("gaussian:sigma=1", "box:size=3", "emboss", "sobel-x");
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            answers.add(http.sendAsync(
                    request(server, kernels.get(i % kernels.size()), png(image)), BodyHandlers.ofByteArray()));
        }
        for (int i = 0; i < answers.size(); i++) {
            HttpResponse<byte[]> answer = answers.get(i).get();
            assertThat(answer.statusCode()).isEqualTo(200);
            BufferedImage expected = ConvolutionOp.with(NamedKernel.of(kernels.get(i % kernels.size())))
                    .edge(Edge.REPLICATE)
                    .roundToNearest()
                    .build()
                    .filter(image, null);
            BufferedImage actual = ImageIO.read(new ByteArrayInputStream(answer.body()));
            assertThat(pixels(actual)).isEqualTo(pixels(expected));
        }
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    @Test
    void filter_whatIsNoPictureOrTooLarge_isRefusedWithTheRule() throws Exception {
        byte[] picture = png(noise(20, 20));
        assertRefused(server, "no-such-kernel", picture, 400, "no-such-kernel");
        assertRefused(server, "box:size=23", picture, 400, "at most 500 taps");
        assertRefused(server, "emboss", "no picture".getBytes(StandardCharsets.UTF_8), 415, "not a picture");
        assertRefused(server, "emboss", Arrays.copyOf(picture, picture.length / 2), 422, "can't be read");
        assertRefused(server, "emboss", new byte[100_001], 413, "100000 bytes");
        assertRefused(
                server, "emboss", png(new BufferedImage(201, 100, BufferedImage.TYPE_BYTE_GRAY)), 413, "20000 pixels");
    }

    @Test
    void filter_noTimeLeft_isRefusedAndTheServerGoesOn() throws Exception {
        var hasty = new ServerLimits(100_000, 20_000, 500, 64, Duration.ZERO);
        try (var other = new FilterServer(0, hasty)) {
            assertRefused(other, "emboss", png(noise(20, 20)), 503, "");
            assertRefused(other, "emboss", png(noise(20, 20)), 503, "");
        }
    }

    @Test
    void get_otherPaths_arePageAndErrors() throws Exception {
        String root = "http://localhost:" + server.port();
        HttpResponse<String> page =
                http.send(HttpRequest.newBuilder(URI.create(root + "/")).build(), BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Filter a picture");
        HttpResponse<String> none =
                http.send(HttpRequest.newBuilder(URI.create(root + "/x")).build(), BodyHandlers.ofString());
        assertThat(none.statusCode()).isEqualTo(404);
        HttpResponse<String> get =
                http.send(HttpRequest.newBuilder(URI.create(root + "/filter")).build(), BodyHandlers.ofString());
        assertThat(get.statusCode()).isEqualTo(405);
    }
}
