package io.github.faltung.benchmarks.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A plot of dots, a row for each layer, the numbers on a logarithmic axis. */
final class LayerChart {
    private static final int WIDTH = 1000;
    private static final int ROW_HEIGHT = 22;
    private static final int FRAME_HEIGHT = 120;

    private final XYChart chart;
    private final List<String> names;

    LayerChart(String title, String numbers, List<String> names) {
        this.names = names;
        chart = new XYChartBuilder()
                .width(WIDTH)
                .height(FRAME_HEIGHT + ROW_HEIGHT * names.size())
                .title(title)
                .xAxisTitle(numbers)
                .theme(Styler.ChartTheme.XChart)
                .build();
        chart.getStyler()
                .setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
                .setMarkerSize(8)
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisMin(-0.5 - names.size())
                .setYAxisMax(0.5)
                .setYAxisTickMarkSpacingHint(ROW_HEIGHT - 4)
                .setyAxisTickLabelsFormattingFunction(this::name);
    }

    /** Returns the name of the layer at a height: the first is on top, at −1. */
    private String name(double height) {
        int row = (int) -Math.round(height) - 1;
        return height != Math.rint(height) || row < 0 || row >= names.size() ? "" : names.get(row);
    }

    /** Draws a line through all rows. */
    void mark(String name, double at) {
        chart.addSeries(name, new double[] {at, at}, new double[] {0, -1.0 - names.size()})
                .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line)
                .setMarker(SeriesMarkers.NONE);
    }

    /** Draws a dot for each layer that has a value. */
    void dots(String name, List<OptionalDouble> values) {
        var x = new ArrayList<Double>();
        var y = new ArrayList<Double>();
        for (int row = 0; row < values.size(); row++) {
            OptionalDouble value = values.get(row);
            if (value.isPresent()) {
                x.add(value.getAsDouble());
                y.add(-1.0 - row);
            }
        }
        if (!x.isEmpty()) {
            chart.addSeries(name, x, y);
        }
    }

    /** Writes it as SVG. */
    void write(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
        }
    }
}
