package io.github.faltung.benchmarks.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A plot of dots, a column for each layer, the numbers on a logarithmic axis. */
final class LayerChart {
    private static final int HEIGHT = 700;
    private static final int COLUMN_WIDTH = 22;
    private static final int FRAME_WIDTH = 300;
    private static final int UPRIGHT = 90;

    private final CategoryChart chart;
    private final List<String> names;

    LayerChart(String title, String numbers, List<String> names) {
        this.names = names;
        chart = new CategoryChartBuilder()
                .width(FRAME_WIDTH + COLUMN_WIDTH * names.size())
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(numbers)
                .theme(Styler.ChartTheme.XChart)
                .build();
        chart.getStyler()
                .setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Scatter)
                .setMarkerSize(8)
                .setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setYAxisLogarithmic(true).setXAxisLabelRotation(UPRIGHT);
    }

    /** Draws a line through all columns. */
    void mark(String name, double at) {
        chart.addSeries(name, names, Collections.nCopies(names.size(), at))
                .setChartCategorySeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line)
                .setMarker(SeriesMarkers.NONE);
    }

    /** Draws a dot for each layer that has a value. */
    void dots(String name, List<OptionalDouble> values) {
        if (values.stream().anyMatch(OptionalDouble::isPresent)) {
            chart.addSeries(
                    name, names, values.stream().map(LayerChart::orNothing).toList());
        }
    }

    /** Returns what the chart takes for a dot or none. */
    private static @Nullable Double orNothing(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    /** Writes it as SVG. */
    void write(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
        }
    }
}
