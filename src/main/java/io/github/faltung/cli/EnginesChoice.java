package io.github.faltung.cli;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The engines that a command line asks for, where it may ask for all. */
record EnginesChoice(List<EngineChoice> engines) {
    static final EnginesChoice PLANNED = new EnginesChoice(List.of(EngineChoice.PLANNED));
    static final EnginesChoice ALL = new EnginesChoice(List.of(EngineChoice.values()));

    /** Reads one. */
    static final class Converter implements ITypeConverter<EnginesChoice> {
        @Override
        public EnginesChoice convert(String text) {
            String wanted = text.toLowerCase(Locale.ROOT);
            if (wanted.equals("all")) {
                return ALL;
            }
            for (EngineChoice engine : EngineChoice.values()) {
                if (engine.toString().equals(wanted)) {
                    return new EnginesChoice(List.of(engine));
                }
            }
            throw new TypeConversionException(
                    "must be all or one of " + List.of(EngineChoice.values()) + ", but was '" + text + "'");
        }
    }
}
