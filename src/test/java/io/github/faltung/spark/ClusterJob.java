package io.github.faltung.spark;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.exchange.NpyArray;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What {@code .ci/spark-cluster} submits: pictures through a chain, and one raster that no executor can hold by tiles, on a cluster and on this
 * machine alone, compared.
 *
 * <p>Arguments: {@code write FOLDER PICTURES SIDE} writes pictures and a raster; {@code pictures FOLDER PICTURES} and {@code raster FOLDER} run
 * jobs on the master that the configuration names, and create a file {@code half} in the folder when half the tasks are done, so that
 * whoever is to kill a worker knows when. The last line is what was found.
 */
public final class ClusterJob {
    private static final int STRIP = 256;

    private ClusterJob() {}

    /** Does what the first argument says. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]).toAbsolutePath();
        switch (arguments[0]) {
            case "write" -> write(folder, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            case "pictures" -> pictures(folder, Integer.parseInt(arguments[2]));
            case "raster" -> raster(folder);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void write(Path folder, int pictures, int side) throws IOException {
        Path files = Files.createDirectories(folder.resolve("pictures"));
        DerivedPictures.ofThePhotograph().write(files, pictures);
        DerivedPictures.writeBroken(files);
        var random = new Random(side);
        try (NpyArray raster = NpyArray.create(folder.resolve("raster.npy"), DataType.F32, Dims.of(side, side))) {
            for (int row = 0; row < side; row += STRIP) {
                var values = new float[Math.min(STRIP, side - row) * side];
                for (int i = 0; i < values.length; i++) {
                    values[i] = random.nextFloat();
                }
                try (Tensor strip = Tensor.of(values, Dims.of(values.length / side, side))) {
                    raster.write(new long[] {row, 0}, strip);
                }
            }
        }
    }

    /** A picture's result in few bytes, computed where it is. */
    private static final class Digest implements MapFunction<ChainResult, String> {
        private static final long serialVersionUID = 1;

        @Override
        public String call(ChainResult result) {
            String path = result.getPath();
            String name = path.substring(path.lastIndexOf('/') + 1);
            return name + " " + (result.getFailure() == null ? SampleChain.digest(result) : "failed");
        }
    }

    private static void pictures(Path folder, int count) throws IOException {
        SparkSession session = session();
        var watch = new Watch(folder);
        session.sparkContext().addSparkListener(watch);
        try (SampleChain sample = SampleChain.ofColour()) {
            Dataset<Row> files = session.read()
                    .format("binaryFile")
                    .load(folder.resolve("pictures").toString());
            Dataset<String> digests =
                    sample.distributed().withWhite(1).binaryFiles(files).all().map(new Digest(), Encoders.STRING());
            watch.expect(digests.toJavaRDD().getNumPartitions());
            long start = System.nanoTime();
            var found = new TreeMap<String, String>();
            int twice = 0;
            for (String line : digests.collectAsList()) {
                int space = line.indexOf(' ');
                twice += found.put(line.substring(0, space), line.substring(space + 1)) == null ? 0 : 1;
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            Map<String, String> alone = alone(sample, count);
            int wrong = 0;
            for (Map.Entry<String, String> entry : alone.entrySet()) {
                wrong += entry.getValue().equals(found.get(entry.getKey())) ? 0 : 1;
            }
            long failed = found.values().stream().filter("failed"::equals).count();
            System.out.printf(
                    "%d pictures, %d bad files, %d missing or different, %d twice, %d executors lost, %.1f s, %.0f pictures/s%n",
                    found.size() - failed, failed, wrong, twice, watch.lost.get(), seconds, found.size() / seconds);
            if (wrong + twice > 0 || failed != 2 || found.size() != count + 2) {
                throw new IllegalStateException("not every result exactly once");
            }
        } finally {
            session.stop();
        }
    }

    private static Map<String, String> alone(SampleChain sample, int count) throws IOException {
        DerivedPictures derived = DerivedPictures.ofThePhotograph();
        var all = new TreeMap<String, String>();
        try (Engine engine = ExecutorEngines.open(new ExecutorEngines.Settings(1, ""));
                Sequential layers = sample.prepare(engine)) {
            for (int number = 0; number < count; number++) {
                String name = DerivedPictures.name(number);
                ChainResult result = SampleChain.alone(layers, name, derived.picture(number));
                all.put(name, SampleChain.digest(result));
            }
        }
        return all;
    }

    private static void raster(Path folder) throws IOException {
        SequentialDescriptor chain = SequentialDescriptor.of(
                Link.withBias(conv2d(1, 4).kernel(7, 7).padding(Padding.same()).build()),
                Link.of(conv2d(4, 1).kernel(5, 5).padding(Padding.same()).build()));
        SparkSession session = session();
        var watch = new Watch(folder);
        session.sparkContext().addSparkListener(watch);
        try (SampleChain sample = SampleChain.of(chain)) {
            Path file = folder.resolve("raster.npy");
            TiledRaster raster = TiledRaster.of(chain, sample.parameters(), file);
            watch.expect(raster.sources(session).toJavaRDD().getNumPartitions());
            long start = System.nanoTime();
            raster.compute(session, folder.resolve("together.npy"));
            double seconds = (System.nanoTime() - start) / 1e9;
            raster.compute(2, folder.resolve("alone.npy"));
            long mismatch = Files.mismatch(folder.resolve("alone.npy"), folder.resolve("together.npy"));
            System.out.printf(
                    "%s raster of %d MiB in %d tiles, executors of %s, %d lost, %.1f s, first different byte %d%n",
                    raster.dstDims(),
                    Files.size(file) >> 20,
                    raster.tiles(),
                    session.conf().get("spark.executor.memory"),
                    watch.lost.get(),
                    seconds,
                    mismatch);
            if (mismatch != -1) {
                throw new IllegalStateException("not the file of one machine");
            }
        } finally {
            session.stop();
        }
    }

    private static SparkSession session() {
        return SparkSession.builder().appName("faltung-cluster").getOrCreate();
    }

    /** Says when half the tasks are done. */
    private static final class Watch extends SparkListener {
        private final Path folder;
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger lost = new AtomicInteger();
        private volatile int tasks = Integer.MAX_VALUE;

        private Watch(Path folder) {
            this.folder = folder;
        }

        private void expect(int number) {
            tasks = number;
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            if (done.incrementAndGet() == Math.max(1, tasks / 2)) {
                try {
                    Files.createFile(folder.resolve("half"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
            lost.incrementAndGet();
        }
    }
}
