package io.github.faltung.cli;

import io.github.faltung.convolution.PoolingAlgorithm;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code max}, {@code avg_np} or {@code avg_p}. */
final class PoolingAlgorithmConverter implements ITypeConverter<PoolingAlgorithm> {
    @Override
    public PoolingAlgorithm convert(String text) {
        try {
            return PoolingAlgorithm.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
