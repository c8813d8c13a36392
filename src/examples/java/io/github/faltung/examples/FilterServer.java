package io.github.faltung.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.faltung.Faltung;
import io.github.faltung.convolution.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Filters pictures that are uploaded: {@code curl --data-binary @photo.jpg "localhost:8080/filter?gaussian:sigma=2" -o soft.png}. All requests share one
 * engine; each has a thread of its own, a virtual one where the JDK has them, and as many compute at one time as there are processors.
 */
final class FilterServer implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(FilterServer.class.getName());

    private static final String PAGE = """
            <!doctype html><meta name="viewport" content="width=device-width"><title>Faltung</title>
            <h1>Filter a picture</h1>
            <p><input id="file" type="file" accept="image/*"> <input id="kernel" value="gaussian:sigma=2" aria-label="kernel">
            <button onclick="filter()">Filter</button></p>
            <p id="message" role="status"></p><img id="result" alt="" style="max-width:100%">
            <script>
            async function filter() {
              const [file] = document.getElementById('file').files;
              const message = document.getElementById('message');
              if (!file) { message.textContent = 'Choose a picture first.'; return; }
              message.textContent = '…';
              const answer = await fetch('/filter?' + encodeURIComponent(document.getElementById('kernel').value), {method: 'POST', body: file});
              if (!answer.ok) { message.textContent = await answer.text(); return; }
              message.textContent = '';
              document.getElementById('result').src = URL.createObjectURL(await answer.blob());
            }
            </script>
            """.replace("%%", "%");

    private final Engine engine;
    private final ServerLimits limits;
    private final PictureService pictures;
    private final ExecutorService threads;
    private final HttpServer http;
    private final Path folder;

    /**
     * Opens a server on loopback.
     *
     * @param port 0 for a free one
     */
    FilterServer(int port, ServerLimits limits) throws IOException {
        this.limits = limits;
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        this.folder = Files.createTempDirectory("faltung-server");
        this.engine = Faltung.open();
        this.pictures = new PictureService(engine, limits);
        this.threads = perRequest();
        http.setExecutor(threads);
        http.createContext("/", exchange -> answer(exchange, this::page));
        http.createContext("/filter", exchange -> answer(exchange, this::filter));
        http.start();
    }

    public static void main(String[] args) throws IOException {
        var server = new FilterServer(args.length == 0 ? 8080 : Integer.parseInt(args[0]), ServerLimits.USUAL);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println("listening on http://localhost:" + server.port());
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** Virtual threads from JDK 21 on; this is compiled for 17. */
    private static ExecutorService perRequest() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            return Executors.newCachedThreadPool();
        }
    }

    /** What answers requests to a path. */
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            answerOrRefuse(exchange, answer);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "failed " + exchange.getRequestURI());
            throw e; // the server drops the connection
        }
    }

    private static void answerOrRefuse(HttpExchange exchange, Answer answer) throws IOException {
        try {
            answer.to(exchange);
        } catch (RefusedException e) {
            if (e.status() == 503) {
                exchange.getResponseHeaders().set("Retry-After", "1");
            }
            send(exchange, e.status(), "text/plain; charset=utf-8", String.valueOf(e.getMessage()));
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/")) {
            throw new RefusedException(404, "there is / and /filter");
        }
        send(exchange, 200, "text/html; charset=utf-8", PAGE);
    }

    private void filter(HttpExchange exchange) throws IOException {
        long deadline = System.nanoTime() + limits.time().toNanos();
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            throw new RefusedException(405, "pictures are sent by POST");
        }
        String query = exchange.getRequestURI().getQuery();
        Path src = Files.createTempFile(folder, "upload", ".image");
        Path dst = src.resolveSibling(src.getFileName() + ".png");
        try {
            receive(exchange, src);
            pictures.filter(src, dst, query == null ? "" : query, deadline);
            exchange.getResponseHeaders().set("Content-Type", "image/png");
            exchange.sendResponseHeaders(200, Files.size(dst));
            try (OutputStream out = exchange.getResponseBody()) {
                Files.copy(dst, out);
            }
        } finally {
            Files.deleteIfExists(src);
            Files.deleteIfExists(dst);
        }
    }

    /** Saves what is uploaded, but not more than is allowed, whatever length was announced. */
    private void receive(HttpExchange exchange, Path to) throws IOException {
        try (InputStream in = exchange.getRequestBody();
                OutputStream out = Files.newOutputStream(to)) {
            var chunk = new byte[1 << 16];
            long all = 0;
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                all += n;
                if (all > limits.uploadBytes()) {
                    throw new RefusedException(413, "files have at most " + limits.uploadBytes() + " bytes here");
                }
                out.write(chunk, 0, n);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Stops listening, lets requests in progress end for a second, and frees the engine. */
    @Override
    public void close() {
        http.stop(1);
        threads.shutdownNow();
        engine.close();
        folder.toFile().delete();
    }
}
