package io.github.faltung.examples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks a running {@link FilterServer} for the same pictures over and over, by several clients at once: {@code LoadRun PORT PID CLIENTS REQUESTS PICTURE…}. Prints
 * throughput, latencies and the server's memory; ends with 1 if an answer was not what the first of its kind was.
 */
final class LoadRun {
    private static final List<String> KERNELS = List.of("gaussian:sigma=2", "box:size=5", "sobel-x", "emboss");

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final List<byte[]> pictures;
    private final byte[][] expected;
    private final long[] nanos;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicLong rssAfterTenth = new AtomicLong();

    private LoadRun(int port, List<byte[]> pictures, int requests) {
        this.port = port;
        this.pictures = pictures;
        this.expected = new byte[pictures.size() * KERNELS.size()][];
        this.nanos = new long[requests];
    }

    public static void main(String[] args) throws Exception {
        long pid = Long.parseLong(args[1]);
        int clients = Integer.parseInt(args[2]);
        int requests = Integer.parseInt(args[3]);
        byte[][] pictures = new byte[args.length - 4][];
        for (int i = 0; i < pictures.length; i++) {
            pictures[i] = Files.readAllBytes(Path.of(args[4 + i]));
        }
        var run = new LoadRun(Integer.parseInt(args[0]), List.of(pictures), requests);
        System.exit(run.run(pid, clients) ? 0 : 1);
    }

    private boolean run(long pid, int clients) throws Exception {
        for (int kind = 0; kind < expected.length; kind++) {
            expected[kind] = ask(kind);
        }
        long begin = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        Callable<Void> client = () -> {
            for (int i = next.getAndIncrement(); i < nanos.length; i = next.getAndIncrement()) {
                measure(i);
                if (i == nanos.length / 10) {
                    rssAfterTenth.set(rssMegabytes(pid));
                }
            }
            return null;
        };
        for (Future<Void> one : threads.invokeAll(Collections.nCopies(clients, client))) {
            one.get();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        threads.shutdown();
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%d clients, %d requests: %.1f/s, p50 %.1f ms, p99 %.1f ms, RSS %d MB after a tenth, %d MB at the end, %d wrong%n",
                clients,
                nanos.length,
                nanos.length / seconds,
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6,
                rssAfterTenth.get(),
                rssMegabytes(pid),
                wrong.get());
        return wrong.get() == 0;
    }

    private void measure(int i) throws IOException, InterruptedException {
        int kind = i % expected.length;
        long begin = System.nanoTime();
        byte[] answer = ask(kind);
        nanos[i] = System.nanoTime() - begin;
        if (!Arrays.equals(answer, expected[kind])) {
            wrong.incrementAndGet();
        }
    }

    private byte[] ask(int kind) throws IOException, InterruptedException {
        var uri = URI.create("http://localhost:" + port + "/filter?" + KERNELS.get(kind % KERNELS.size()));
        var request = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofByteArray(pictures.get(kind / KERNELS.size())))
                .build();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(
                    "status " + answer.statusCode() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    /** Returns a process's resident memory, on Linux; elsewhere 0. */
    private static long rssMegabytes(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .sum();
        }
    }
}
