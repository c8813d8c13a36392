package io.github.faltung.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/** Pieces of work that need nothing of each other, each on one thread: whichever of the engine's has time. */
final class PiecesStep implements Step {
    private final Object problem;
    private final WorkerPool workers;
    private final Step[][] pieces;
    private final dnnl_stream[] streams;
    private final Job job;

    /**
     * Makes a step of steps.
     *
     * @param owner takes over what the pieces need
     * @param pieces the steps of each
     * @param problem what they compute, as messages quote it
     */
    PiecesStep(NativeEngine engine, NativeHandles owner, WorkerPool workers, List<List<Step>> pieces, Object problem) {
        this.problem = problem;
        this.workers = workers;
        this.pieces = pieces.stream().map(steps -> steps.toArray(Step[]::new)).toArray(Step[][]::new);
        this.streams = pieces.stream().map(piece -> engine.stream(owner)).toArray(dnnl_stream[]::new);
        this.job = new Job(pieces.size(), this::run);
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public void execute(dnnl_stream stream) {
        workers.run(job);
    }

    private void run(int piece, int worker) {
        if (worker > 0) {
            run(piece);
            return;
        }
        int before = OpenMpThreads.limit(1); // here, where nothing waits, so that no virtual thread changes its carrier
        try {
            run(piece);
        } finally {
            OpenMpThreads.limit(before);
        }
    }

    private void run(int piece) {
        dnnl_stream stream = streams[piece];
        for (Step step : pieces[piece]) {
            step.execute(stream);
        }
        int status = dnnl.dnnl_stream_wait(stream);
        if (status != dnnl.dnnl_success) {
            OneDnnStatus.check(status, "dnnl_stream_wait", problem);
        }
    }
}
