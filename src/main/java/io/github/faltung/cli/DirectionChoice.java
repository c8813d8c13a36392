package io.github.faltung.cli;

import io.github.faltung.checking.Direction;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The directions that a command line asks for, where it may ask for all. */
record DirectionChoice(List<Direction> directions) {
    static final DirectionChoice FORWARD = new DirectionChoice(List.of(Direction.FORWARD));
    static final DirectionChoice ALL = new DirectionChoice(List.of(Direction.values()));

    /** Returns such as {@code forward} or {@code forward, backward-data, backward-weights}. */
    @Override
    public String toString() {
        return directions.stream().map(Direction::toString).collect(Collectors.joining(", "));
    }

    /** Reads one. */
    static final class Converter implements ITypeConverter<DirectionChoice> {
        @Override
        public DirectionChoice convert(String text) {
            if (text.equalsIgnoreCase("all")) {
                return ALL;
            }
            try {
                return new DirectionChoice(List.of(Direction.parse(text)));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage() + "; or all");
            }
        }
    }
}
