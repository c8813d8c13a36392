package io.github.faltung.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An application in a JVM of its own, from its start to its end. */
@Tag("spark")
class LocalApplicationTest {
    /** Runs one job whose tasks have two processors each, stops the application and prints what there was and is. */
    static final class Application {
        private Application() {}

        public static void main(String[] arguments) throws IOException {
            Path pictures = Files.createDirectory(Path.of("pictures"));
            DerivedPictures.ofThePhotograph().write(pictures, 3);
            System.setProperty("spark.task.cpus", "2");
            SparkSession session = LocalSpark.start("local[2]");
            try (SampleChain sample = SampleChain.ofColour()) {
                long features = sample.distributed()
                        .binaryFiles(session.read().format("binaryFile").load(pictures.toString()))
                        .features()
                        .count();
                System.out.println("features " + features);
            }
            ExecutorEngines.all().forEach((settings, engine) -> System.out.println("threads " + engine.threads()));
            session.stop();
            System.out.println("open " + ExecutorEngines.all().size());
        }
    }

    @Test
    void application_withTwoCpusATask_hasOneEngineOfTwoThreadsAndClosesIt() {
        ChildJvm jvm = ChildJvm.likeThis();
        for (String option : JavaModuleOptions.defaultModuleOptionArray()) {
            jvm = jvm.withOption(option);
        }
        ChildJvm.Outcome outcome = jvm.run(Application.class);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output().lines()).containsSubsequence("features 3", "threads 2", "open 0");
    }
}
