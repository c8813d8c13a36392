package io.github.faltung.spark;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.exchange.NpyFile;
import io.github.faltung.image.Picture;
import io.github.faltung.image.PictureFile;
import io.github.faltung.onednn.OneDnnOptions;
import io.github.faltung.planning.PlanningOptions;
import io.github.faltung.planning.Wisdom;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A chain over datasets, beside the same chain on this machine alone. */
@Tag("spark")
@ExtendWith(LocalSpark.class)
class DistributedChainTest {
    private static final int PICTURES = 24;

    @TempDir
    private static Path pictures;

    @TempDir
    private Path folder;

    private static int broken;

    @BeforeAll
    static void write() throws IOException {
        DerivedPictures.ofThePhotograph().write(pictures, PICTURES);
        broken = DerivedPictures.writeBroken(pictures);
    }

    private static SparkSession spark() {
        return LocalSpark.session();
    }

    private static Dataset<Row> images(Path of) {
        return spark().read().format("image").load(of.toString());
    }

    private static Dataset<Row> files(Path of) {
        return spark().read().format("binaryFile").load(of.toString());
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Returns a digest for each picture that one machine makes by itself, on one thread as a task does. */
    private static Map<String, String> alone(SampleChain sample) throws IOException {
        DerivedPictures derived = DerivedPictures.ofThePhotograph();
        var all = new TreeMap<String, String>();
        try (Engine engine = ExecutorEngines.open(new ExecutorEngines.Settings(1, ""));
                Sequential layers = sample.prepare(engine)) {
            for (int number = 0; number < PICTURES; number++) {
                String name = DerivedPictures.name(number);
                all.put(name, SampleChain.digest(SampleChain.alone(layers, name, derived.picture(number))));
            }
        }
        return all;
    }

    private static Map<String, String> digests(ChainResults results) {
        var all = new TreeMap<String, String>();
        for (ChainResult result : results.all().collectAsList()) {
            if (result.getFailure() == null) {
                assertThat(all.put(fileName(result.getPath()), SampleChain.digest(result)))
                        .as("a second result of %s", result.getPath())
                        .isNull();
            }
        }
        return all;
    }

    @Test
    void images_ofSparksSource_equalThoseOfOneMachine() throws IOException {
        try (SampleChain sample = SampleChain.ofColour()) {
            ChainResults results = sample.distributed().withWhite(1).images(images(pictures));
            assertThat(digests(results)).isEqualTo(alone(sample)).hasSize(PICTURES);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 40})
    void binaryFiles_inAnyPartitioning_equalThoseOfOneMachine(int partitions) throws IOException {
        try (SampleChain sample = SampleChain.ofColour()) {
            ChainResults results = sample.distributed()
                    .withWhite(1)
                    .binaryFiles(files(pictures).repartition(partitions));
            assertThat(digests(results)).isEqualTo(alone(sample)).hasSize(PICTURES);
        }
    }

    @Test
    void results_ofBadRecords_areFailuresWithPathAndReason() {
        try (SampleChain sample = SampleChain.ofColour()) {
            for (ChainResults results : List.of(
                    sample.distributed().images(images(pictures)),
                    sample.distributed().binaryFiles(files(pictures)))) {
                List<FailedRecord> failures = results.failures().collectAsList();
                assertThat(failures.stream().map(failed -> fileName(failed.getPath())))
                        .containsExactlyInAnyOrder("broken-text.png", "broken-cut.png")
                        .hasSize(broken);
                assertThat(failures)
                        .allSatisfy(failed -> assertThat(failed.getFailure()).contains("image"));
                assertThat(results.features().count()).isEqualTo(PICTURES);
            }
        }
    }

    /** The example of the package's documentation. */
    @Test
    void results_writtenToFiles_areAllThere() {
        var layer = conv2d(3, 2).kernel(3, 3).build();
        String features = folder.resolve("features").toString();
        String failures = folder.resolve("failures").toString();
        try (Tensor weights = Tensor.of(new float[54], layer.weightsDims())) {
            ChainResults results =
                    DistributedChain.of(layer, weights, null).withWhite(1).binaryFiles(files(pictures));
            results.features().write().parquet(features);
            results.failures().write().csv(failures);
        }
        assertThat(spark().read().parquet(features).count()).isEqualTo(PICTURES);
        assertThat(spark().read().csv(failures).count()).isEqualTo(broken);
    }

    @Test
    void features_all_haveDimsOfTheChain() {
        try (SampleChain sample = SampleChain.ofColour()) {
            FeatureMap map =
                    sample.distributed().images(images(pictures)).features().first();
            assertThat(map.getDims()).hasSize(4).startsWith(1, 8);
            assertThat(Dims.of(map.getDims()).elements()).isEqualTo(map.getValues().length);
            assertThat(map.getPath()).contains("picture-");
        }
    }

    @Test
    void images_withTransparency_showWhiteThroughAsPicturesDo() throws IOException {
        var image = new BufferedImage(9, 7, BufferedImage.TYPE_4BYTE_ABGR);
        for (int i = 0; i < 63; i++) {
            image.setRGB(i % 9, i / 9, ((i * 4) << 24) | (0x3060a0 + i));
        }
        Files.write(folder.resolve("a.png"), PictureFile.png(image));
        var identity = SequentialDescriptor.of(
                Link.of(PoolingDescriptor.max2d().kernel(1).build()));
        ChainResults results = DistributedChain.of(identity, List.of()).images(images(folder));
        assertThat(results.features().first().getValues())
                .isEqualTo(Picture.of(image).planes());
    }

    @Test
    void binaryFiles_thatAreArrays_runWithOrWithoutMinibatch() throws IOException {
        var layer = conv2d(2, 1).kernel(1, 2).build();
        try (Tensor weights = Tensor.of(new float[] {1, 10, 100, 1000}, layer.weightsDims());
                Tensor array = Tensor.of(new float[] {1, 2, 3, 4}, Dims.of(2, 1, 2));
                Tensor batch = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, Dims.of(2, 2, 1, 2));
                Tensor line = Tensor.of(new float[] {1}, Dims.of(1))) {
            NpyFile.write(folder.resolve("array.npy"), array);
            NpyFile.write(folder.resolve("batch.npy"), batch);
            NpyFile.write(folder.resolve("line.npy"), line);
            ChainResults results = DistributedChain.of(layer, weights, null).binaryFiles(files(folder));
            List<ChainResult> all = results.all().orderBy("path").collectAsList();
            assertThat(all).hasSize(3);
            assertThat(all.get(0).getDims()).containsExactly(1, 1, 1, 1);
            assertThat(all.get(0).getValues()).containsExactly(4321);
            assertThat(all.get(1).getDims()).containsExactly(2, 1, 1, 1);
            assertThat(all.get(1).getValues()).containsExactly(4321, 8765);
            assertThat(all.get(2).getFailure()).contains("src must have 4 axes");
        }
    }

    @Test
    void binaryFiles_ofLayersOfBytes_equalSumsByHand() throws IOException {
        var picture = new Picture(1, 3, 1, new float[] {10, 20, 30});
        Files.write(folder.resolve("grey.png"), PictureFile.png(picture));
        var layer = conv2d(1, 1)
                .kernel(1, 2)
                .dataTypes(DataType.U8, DataType.S8, DataType.F32)
                .build();
        try (Tensor weights = Tensor.of(new int[] {-1, 3}, DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST)) {
            ChainResults results = DistributedChain.of(layer, weights, null).binaryFiles(files(folder));
            assertThat(results.features().first().getValues()).containsExactly(50, 70);
        }
    }

    @Test
    void binaryFiles_largerThanAllowed_areFailures() throws IOException {
        Files.write(folder.resolve("a.png"), PictureFile.png(new Picture(1, 4, 4, new float[16])));
        try (SampleChain sample = SampleChain.ofColour()) {
            DistributedChain few = sample.distributed().withMostPixels(15);
            assertThat(few.binaryFiles(files(folder)).failures().first().getFailure())
                    .contains("at most 15 pixels", "4x4");
            assertThat(few.images(images(folder)).failures().first().getFailure())
                    .contains("at most 15 pixels", "4x4");
        }
    }

    @Test
    void tasks_onOneCoreEach_shareOneEngineOfOneThread() {
        try (SampleChain sample = SampleChain.ofColour()) {
            sample.distributed()
                    .images(images(pictures).repartition(8))
                    .features()
                    .count();
            // Other tests may have sent wisdom, which makes another engine.
            assertThat(ExecutorEngines.all().keySet().stream()
                            .filter(settings -> settings.wisdom().isEmpty()))
                    .containsExactly(new ExecutorEngines.Settings(1, ""));
            assertThat(ExecutorEngines.all().values())
                    .allSatisfy(engine -> assertThat(engine.threads()).isOne());
        }
    }

    @Test
    void wisdom_ofTheDriver_isWhatExecutorsGoBy() throws IOException {
        Path file = folder.resolve("wisdom");
        var layer = conv2d(3, 8).kernel(5, 5).build();
        var random = new Random(5);
        var numbers = new float[(int) layer.weightsDims().elements()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat();
        }
        Dims dims = Dims.of(1, 3, 48, 50);
        var options =
                PlanningOptions.DEFAULT.withMode(PlanningOptions.Mode.MEASURE).withWisdom(Wisdom.at(file));
        try (Tensor weights = Tensor.of(numbers, layer.weightsDims());
                Engine measuring = Faltung.open(options, OneDnnOptions.DEFAULT.withThreads(1));
                Convolution measured = measuring.convolution(layer, weights)) {
            measured.forward(new float[(int) dims.elements()], dims);
            DistributedChain chain = DistributedChain.of(layer, weights, null).withWisdom(Wisdom.at(file));
            chain.images(images(pictures)).features().count();
            Engine executors = Objects.requireNonNull(
                    ExecutorEngines.all().get(new ExecutorEngines.Settings(1, Files.readString(file))));
            try (Convolution known = executors.convolution(layer, weights)) {
                assertThat(known.explain(dims).toString()).contains("known from");
                assertThat(known.explain(Dims.of(1, 3, 9, 9)).toString()).contains("by the model");
            }
        }
    }

    @Test
    void of_chainThatEndsInLargeIntegers_isRefused() {
        var layer =
                conv2d(1, 1).dataTypes(DataType.U8, DataType.S8, DataType.S32).build();
        try (Tensor weights = Tensor.of(new int[] {1}, DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST)) {
            assertThatThrownBy(() -> DistributedChain.of(layer, weights, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("s32");
        }
    }

    @Test
    void of_otherParameters_isRefused() {
        try (SampleChain sample = SampleChain.ofColour()) {
            assertThatThrownBy(() -> DistributedChain.of(
                            sample.chain(), sample.parameters().subList(0, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("parameters must be tensors of");
        }
    }

    @Test
    void images_ofOtherRows_areRefused() {
        try (SampleChain sample = SampleChain.ofColour()) {
            DistributedChain chain = sample.distributed();
            assertThatThrownBy(() -> chain.images(files(pictures)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("column image");
            assertThatThrownBy(() -> chain.binaryFiles(images(pictures)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("path and content");
        }
    }

    @Test
    void images_forChainsOfOtherChannels_areRefused() {
        var layer = conv2d(4, 1).build();
        try (Tensor weights = Tensor.allocate(layer.weightsDims())) {
            assertThatThrownBy(() -> DistributedChain.of(layer, weights, null).images(images(pictures)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 or 3 input channels");
        }
    }

    @Test
    void images_forLinksThatCannotBeSent_areRefused() {
        DistributedChain chain = DistributedChain.of(SequentialDescriptor.of(new Here()), List.of());
        assertThatThrownBy(() -> chain.images(images(pictures)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serializable");
    }

    /** A link that a program might add, and that is not serializable. */
    private static final class Here implements Link {
        @Override
        public String name() {
            return "here";
        }

        @Override
        public Dims dstDims(Dims src) {
            return src;
        }

        @Override
        public DataType srcType() {
            return DataType.F32;
        }

        @Override
        public DataType dstType() {
            return DataType.F32;
        }

        @Override
        public List<AxisGeometry> axes(Dims src) {
            return List.of();
        }

        @Override
        public boolean transposed() {
            return false;
        }

        @Override
        public boolean readsDestination() {
            return false;
        }

        @Override
        public List<Dims> parameterDims() {
            return List.of();
        }

        @Override
        public double multiplyAdds(Dims src) {
            return 0;
        }

        @Override
        public Prepared prepare(Engine engine, List<Tensor> parameters) {
            throw new UnsupportedOperationException();
        }
    }
}
