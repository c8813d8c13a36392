package io.github.faltung.checking;

/** Draws a matrix as textbooks do. */
final class MatrixText {
    private static final int MOST_DRAWN = 64;

    private MatrixText() {}

    static String of(ConvolutionMatrix matrix) {
        String extents = matrix.rows() + " x " + matrix.columns() + " matrix, " + matrix.entries() + " entries";
        if (matrix.rows() > MOST_DRAWN || matrix.columns() > MOST_DRAWN) {
            return extents + ", not drawn beyond " + MOST_DRAWN + " x " + MOST_DRAWN;
        }
        int width = 1;
        for (int row = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < matrix.columns(); column++) {
                width = Math.max(width, cell(matrix, row, column).length());
            }
        }
        var text = new StringBuilder(extents);
        for (int row = 0; row < matrix.rows(); row++) {
            if (row > 0 && row % matrix.blockRows() == 0 && matrix.blockRows() > 1) {
                text.append('\n').append(rule(matrix, width));
            }
            text.append('\n');
            for (int column = 0; column < matrix.columns(); column++) {
                String cell = cell(matrix, row, column);
                text.append(isBlock(matrix, column) ? " | " : column > 0 ? " " : "")
                        .append(" ".repeat(width - cell.length()))
                        .append(cell);
            }
        }
        return text.toString();
    }

    private static boolean isBlock(ConvolutionMatrix matrix, int column) {
        return column > 0 && column % matrix.blockColumns() == 0 && matrix.blockColumns() > 1;
    }

    private static String rule(ConvolutionMatrix matrix, int width) {
        var rule = new StringBuilder();
        for (int column = 0; column < matrix.columns(); column++) {
            rule.append(isBlock(matrix, column) ? "-+-" : column > 0 ? "-" : "").append("-".repeat(width));
        }
        return rule.toString();
    }

    private static String cell(ConvolutionMatrix matrix, int row, int column) {
        if (!matrix.hasEntry(row, column)) {
            return ".";
        }
        String number = Float.toString(matrix.get(row, column));
        return number.endsWith(".0") ? number.substring(0, number.length() - 2) : number;
    }
}
