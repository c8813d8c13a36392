package io.github.faltung.cli;

import io.github.faltung.convolution.LayerTypes;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the types of a layer. */
final class TypesChoice implements ITypeConverter<LayerTypes> {
    @Override
    public LayerTypes convert(String text) {
        try {
            return LayerTypes.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
