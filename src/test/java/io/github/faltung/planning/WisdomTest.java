package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.ChildJvm;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WisdomTest {
    private static final Wisdom.Key KEY = new Wisdom.Key("machine, 2 threads", "conv ic1ih4oc1kh3", "a", "b");

    @TempDir
    private Path folder;

    @Test
    void remember_newFile_isReadByOthers() {
        Wisdom.at(folder.resolve("wisdom")).remember(KEY, "in blocks");

        assertThat(Wisdom.at(folder.resolve("wisdom")).formulation(KEY)).contains("in blocks");
    }

    @Test
    void remember_byTwo_keepsWhatBothFound() {
        Wisdom one = Wisdom.at(folder.resolve("wisdom"));
        Wisdom other = Wisdom.at(folder.resolve("wisdom"));
        var second = new Wisdom.Key("another machine", "conv ic1ih4oc1kh3", "a", "b");

        one.remember(KEY, "direct");
        other.remember(second, "in blocks");

        Wisdom both = Wisdom.at(folder.resolve("wisdom"));
        assertThat(both.formulation(KEY)).contains("direct");
        assertThat(both.formulation(second)).contains("in blocks");
        assertThat(both.size()).isEqualTo(2);
    }

    @Test
    void remember_manyAtOnce_losesNothing() {
        IntStream.range(0, 20)
                .parallel()
                .forEach(i -> Wisdom.at(folder.resolve("wisdom"))
                        .remember(new Wisdom.Key("machine", "problem " + i, "a", "b"), "direct"));

        assertThat(Wisdom.at(folder.resolve("wisdom")).size()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "something else\n",
                "faltung wisdom 2\n",
                "faltung wisdom 1\ntoo\tfew\n",
                "faltung wisdom 1\na\tb\tc\td\te\tf\n",
                "faltung wisdom 1\n\u0000"
            })
    void at_brokenFile_ignoresAndReplacesIt(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("wisdom"), content);

        Wisdom wisdom = Wisdom.at(file);
        assertThat(wisdom.size()).isZero();
        wisdom.remember(KEY, "direct");

        assertThat(Wisdom.at(file).formulation(KEY)).contains("direct");
    }

    @Test
    void at_bytesThatAreNoText_ignoresThem() throws IOException {
        Path file = Files.write(folder.resolve("wisdom"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThat(Wisdom.at(file).size()).isZero();
    }

    @Test
    void plan_knownFormulation_isTaken() {
        ConvolutionProblem problem = ConvolutionProblem.parse("deconv ic2ih4oc3kh2sh2");
        String estimated = formulation(problem, PlanningOptions.DEFAULT);
        String other = estimated.equals("4 phases, in channels last") ? "direct" : "4 phases, in channels last";
        Wisdom wisdom = Wisdom.at(folder.resolve("wisdom"));
        wisdom.remember(key(problem), other);

        assertThat(formulation(problem, PlanningOptions.DEFAULT.withWisdom(wisdom)))
                .isEqualTo(other);
    }

    @Test
    void plan_formulationThatIsNoneAnyMore_isIgnored() {
        ConvolutionProblem problem = ConvolutionProblem.parse("deconv ic2ih4oc3kh2sh2");
        Wisdom wisdom = Wisdom.at(folder.resolve("wisdom"));
        wisdom.remember(key(problem), "by magic");

        assertThat(formulation(problem, PlanningOptions.DEFAULT.withWisdom(wisdom)))
                .isEqualTo(formulation(problem, PlanningOptions.DEFAULT));
    }

    @Test
    void plan_measured_isRememberedAndTakenAgain() {
        ConvolutionProblem problem = ConvolutionProblem.parse("conv ic2ih4oc3kh3ph1");
        Wisdom wisdom = Wisdom.at(folder.resolve("wisdom"));
        PlanningOptions options =
                PlanningOptions.DEFAULT.withMode(PlanningOptions.Mode.MEASURE).withWisdom(wisdom);

        String measured = formulation(problem, options);

        assertThat(wisdom.formulation(key(problem))).contains(measured);
        assertThat(formulation(problem, PlanningOptions.DEFAULT.withWisdom(Wisdom.at(wisdom.file()))))
                .isEqualTo(measured);
    }

    private static Wisdom.Key key(ConvolutionProblem problem) {
        return new Wisdom.Key("reference", problem.toString(), "channels first", "channels first");
    }

    private static String formulation(ConvolutionProblem problem, PlanningOptions options) {
        try (Engine engine = PlanningEngine.over(new ReferenceEngine(), options);
                Tensor weights = Tensor.allocate(problem.descriptor().weightsDims());
                Convolution layer = engine.convolution(problem.descriptor(), weights)) {
            Explanation explanation = layer.explain(problem.srcDims());
            return explanation.formulation();
        }
    }

    /** As by a second class loader's. */
    @Test
    void remember_lockedElsewhereInTheProcess_isSaid() throws IOException {
        Path file = folder.resolve("wisdom");
        try (FileChannel channel = FileChannel.open(
                        folder.resolve("wisdom.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> Wisdom.at(file).remember(KEY, "in blocks"))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("wisdom is locked by another part of this program");
        }
    }

    /** Remembers something in the file that the argument names. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) {
            try {
                Wisdom.at(Path.of(arguments[0])).remember(KEY, "in blocks");
            } catch (UncheckedIOException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    /** As by one that was stopped. */
    @Test
    void remember_lockedByAnotherProcess_isGivenUp() throws IOException {
        Path file = folder.resolve("wisdom");
        try (FileChannel channel = FileChannel.open(
                        folder.resolve("wisdom.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThat(ChildJvm.likeThis().run(Other.class, file.toString()).output())
                    .isEqualTo(
                            "wisdom can't be written to " + file + ": another process has kept it locked for 3000 ms");
        }
        assertThat(file).doesNotExist();
        assertThat(ChildJvm.likeThis().run(Other.class, file.toString()).output())
                .isEmpty();
        assertThat(file).exists();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void remember_byLinks_isWrittenAndLockedWhereTheyLeadTo() throws IOException {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Path near = Files.createSymbolicLink(folder.resolve("near"), Path.of("far"));
        Path far = Files.createSymbolicLink(folder.resolve("far"), Path.of("shared", "wisdom"));
        Path file = shared.resolve("wisdom");

        Wisdom.at(near).remember(KEY, "direct");
        Wisdom.at(far).remember(new Wisdom.Key("another machine", "conv ic1ih4oc1kh3", "a", "b"), "in blocks");

        assertThat(near).isSymbolicLink();
        assertThat(far).isSymbolicLink();
        assertThat(file).isRegularFile();
        assertThat(Wisdom.at(file).size()).isEqualTo(2);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("near", "far", "shared");
        assertThat(shared.toFile().list()).containsExactlyInAnyOrder("wisdom", "wisdom.lock");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void remember_linkToItself_isSaid() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("link"));

        assertThatThrownBy(() -> Wisdom.at(link).remember(KEY, "direct"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("wisdom can't be written to " + link
                        + ": its links must lead to a file, but lead to links without end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "r--r--r--", "rw-rw-rw-"})
    @DisabledOnOs(OS.WINDOWS)
    void remember_again_keepsThePermissions(String permissions) throws IOException {
        Path file = folder.resolve("wisdom");
        Wisdom.at(file).remember(KEY, "direct");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        Wisdom.at(file).remember(KEY, "in blocks");

        assertThat(Wisdom.at(file).formulation(KEY)).contains("in blocks");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo(permissions);
    }

    @Test
    void remember_inTheWayOfAFolder_leavesNoOtherFile() throws IOException {
        Path file = Files.createDirectory(folder.resolve("wisdom"));
        Files.createDirectory(file.resolve("something"));

        assertThatThrownBy(() -> Wisdom.at(file).remember(KEY, "direct"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("wisdom can't be written to " + file);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("wisdom", "wisdom.lock");
    }
}
