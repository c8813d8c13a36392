package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;

/** What a value of a chain needs of the tensor that holds it. */
record ChainShape(DataType dataType, Dims dims) {}
