package io.github.faltung.benchmarks.peer;

import io.github.faltung.Faltung;
import io.github.faltung.benchmarks.workload.DeformableWorkload;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.benchmarks.workload.PictureWorkload;
import io.github.faltung.benchmarks.workload.Workload;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;

/** This library's engines. */
public final class EnginePeer {
    /** The reference takes a few nanoseconds for a multiply-add: beyond that a call takes seconds. */
    private static final double MOST_FOR_REFERENCE = 5e8;

    private EnginePeer() {}

    /** Opens what most users call. */
    public static Engine open() {
        return Faltung.open();
    }

    /** Makes a workload ready on what most users call. */
    public static Prepared faltung(Workload workload) {
        return workload instanceof PictureWorkload picture
                ? new ConvolutionOpPicture(picture)
                : prepare(open(), workload);
    }

    /** Makes a workload ready in plain Java, unless that would take seconds a call. */
    public static Prepared reference(Workload workload) {
        if (workload instanceof LayerWorkload layer && layer.problem().multiplyAdds() > MOST_FOR_REFERENCE) {
            throw new Refusal("would take seconds a call");
        }
        return prepare(new ReferenceEngine(), workload);
    }

    private static Prepared prepare(Engine engine, Workload workload) {
        try {
            return workload instanceof DeformableWorkload deformable
                    ? new EngineDeformable(engine, deformable)
                    : new EngineLayer(engine, Refusal.unlessLayer(workload));
        } catch (Throwable e) {
            engine.close();
            throw e;
        }
    }
}
