package io.github.faltung.benchmarks;

import io.github.faltung.benchmarks.workload.DeformableWorkload;
import io.github.faltung.benchmarks.workload.LayerFile;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.benchmarks.workload.PictureWorkload;
import io.github.faltung.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What can be measured; the names are those of the command line. */
enum Suite {
    /** The layers of a file. */
    layers {
        @Override
        List<Workload> workloads(Path file, String layout, Pattern filter) throws IOException {
            return List.copyOf(LayerFile.read(file, LayerWorkload.layout(layout), filter.asPredicate()));
        }

        @Override
        List<String> peers(String layout) {
            return layout.equals("nhwc")
                    ? List.of("raw", "onnxruntime", "pytorch", "pytorch-nhwc")
                    : List.of("raw", "onnxruntime", "pytorch");
        }

        @Override
        String reportName(String layout) {
            return layout;
        }
    },
    /** A deformable layer, versions 1 and 2, both layouts. */
    deformable {
        @Override
        List<Workload> workloads(Path file, String layout, Pattern filter) {
            return wanted(DeformableWorkload.all(), filter);
        }

        @Override
        List<String> peers(String layout) {
            return List.of("onnxruntime", "onnxruntime-passive", "reference");
        }

        @Override
        String reportName(String layout) {
            return name();
        }
    },
    /** Pictures of 1920×1080, of three types of image, kernels of many sizes. */
    images {
        @Override
        List<Workload> workloads(Path file, String layout, Pattern filter) {
            return wanted(PictureWorkload.all(), filter);
        }

        @Override
        List<String> peers(String layout) {
            return List.of("convolveop", "opencv");
        }

        @Override
        String reportName(String layout) {
            return name();
        }
    };

    private static List<Workload> wanted(List<? extends Workload> all, Pattern filter) {
        return all.stream()
                .filter(one -> filter.asPredicate().test(one.name()))
                .map(Workload.class::cast)
                .toList();
    }

    abstract List<Workload> workloads(Path file, String layout, Pattern filter) throws IOException;

    /** Returns who takes part where nobody is named. */
    abstract List<String> peers(String layout);

    /** Returns the word in the names of the report's files. */
    abstract String reportName(String layout);
}
