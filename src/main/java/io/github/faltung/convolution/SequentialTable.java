package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A chain applied to a source, in numbers.
 *
 * @param src the source's dims
 * @param rows the layers, in order
 */
public record SequentialTable(Dims src, List<Row> rows) {
    /**
     * A layer.
     *
     * @param name what it is
     * @param dst its output's dims
     * @param parameters how many weights and biases it has
     * @param multiplyAdds how many it does, those with padding included
     * @param fields the receptive field per spatial axis, in the chain's source
     */
    public record Row(String name, Dims dst, long parameters, double multiplyAdds, List<ReceptiveField> fields) {
        /** Copies the fields. */
        public Row {
            fields = List.copyOf(fields);
        }
    }

    /** Copies the rows. */
    public SequentialTable {
        rows = List.copyOf(rows);
    }

    static SequentialTable of(SequentialDescriptor chain, Dims src) {
        List<Dims> values = chain.valueDims(src);
        var rows = new ArrayList<Row>();
        var fields = new ArrayList<List<ReceptiveField>>();
        fields.add(Collections.nCopies(src.rank() - 2, ReceptiveField.SOURCE));
        for (int i = 0; i < chain.links().size(); i++) {
            Link link = chain.links().get(i);
            List<AxisGeometry> axes = link.axes(values.get(i));
            var behind = new ArrayList<ReceptiveField>();
            for (int axis = 0; axis < axes.size(); axis++) {
                ReceptiveField field = fields.get(i).get(axis).behind(axes.get(axis), link.transposed());
                int skip = chain.skips().get(i);
                behind.add(
                        skip == SequentialDescriptor.NONE
                                ? field
                                : field.hull(fields.get(skip).get(axis)));
            }
            fields.add(behind);
            long parameters =
                    link.parameterDims().stream().mapToLong(Dims::elements).sum();
            rows.add(new Row(link.name(), values.get(i + 1), parameters, link.multiplyAdds(values.get(i)), behind));
        }
        return new SequentialTable(src, rows);
    }

    /** Returns the number of weights and biases of all layers. */
    public long parameters() {
        return rows.stream().mapToLong(Row::parameters).sum();
    }

    /** Returns the number of multiply-adds of all layers. */
    public double multiplyAdds() {
        return rows.stream().mapToDouble(Row::multiplyAdds).sum();
    }

    /** Returns the table, a line for each layer; numbers that differ between axes are joined by {@code x}. */
    @Override
    public String toString() {
        int width = Math.max(
                5, rows.stream().mapToInt(row -> row.name().length()).max().orElse(0));
        String format = "%-" + width + "s %16s %12s %16s %9s %7s %7s%n";
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT, format, "layer", "output", "parameters", "multiply-adds", "field", "jump", "start"));
        text.append(String.format(Locale.ROOT, format, "source", src, "", "", "1", "1", "0"));
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    format,
                    row.name(),
                    row.dst(),
                    row.parameters(),
                    whole(row.multiplyAdds()),
                    joined(row.fields().stream().map(ReceptiveField::size).toList()),
                    joined(row.fields().stream()
                            .map(field -> number(field.jump()))
                            .toList()),
                    joined(row.fields().stream().map(ReceptiveField::start).toList())));
        }
        text.append(String.format(Locale.ROOT, format, "all", "", parameters(), whole(multiplyAdds()), "", "", ""));
        return text.toString().lines().map(String::stripTrailing).collect(Collectors.joining("\n"));
    }

    private static String whole(double count) {
        return String.format(Locale.ROOT, "%.0f", count);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? whole(value) : String.format(Locale.ROOT, "%.3g", value);
    }

    private static String joined(List<?> perAxis) {
        boolean same = perAxis.stream().distinct().count() == 1;
        return same
                ? perAxis.get(0).toString()
                : perAxis.stream().map(Object::toString).collect(Collectors.joining("x"));
    }
}
