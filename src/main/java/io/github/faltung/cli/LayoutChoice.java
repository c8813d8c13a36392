package io.github.faltung.cli;

import io.github.faltung.checking.Arrangement;
import io.github.faltung.tensor.Layout;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The layouts that a command line asks for. */
record LayoutChoice(List<Arrangement> arrangements) {
    static final LayoutChoice NCHW = new LayoutChoice(List.of(Arrangement.of(Layout.CHANNELS_FIRST)));
    static final LayoutChoice NHWC = new LayoutChoice(List.of(Arrangement.of(Layout.CHANNELS_LAST)));
    static final LayoutChoice ALL =
            new LayoutChoice(List.of(Arrangement.of(Layout.CHANNELS_FIRST), Arrangement.of(Layout.CHANNELS_LAST)));

    /** Reads one. */
    static final class Converter implements ITypeConverter<LayoutChoice> {
        @Override
        public LayoutChoice convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT).replace('-', '_')) {
                case "ncx", "ncw", "nchw", "ncdhw", "channels_first" -> NCHW;
                case "nxc", "nwc", "nhwc", "ndhwc", "channels_last" -> NHWC;
                case "all" -> ALL;
                default ->
                    throw new TypeConversionException(
                            "must be nchw (channels_first), nhwc (channels_last) or all, but was '" + text + "'");
            };
        }
    }
}
