/**
 * The native twin: maps each layer to one oneDNN primitive. The only importer of {@code org.bytedeco} and of JNA; its public signatures mention no
 * type of it. Public are the engine, its options, what it knows of itself, and its exceptions.
 *
 * <pre>{@code
 * try (Engine engine = OneDnnEngine.open(); Convolution conv = engine.convolution(layer, weights, bias)) {
 *     conv.forward(src, dst);
 *     System.out.println(conv.explain(src.dims()));
 * }
 * }</pre>
 *
 * <p><b>From a call to the kernel.</b> {@code OneDnnConvolution} → {@code OneDnnLayer} (weights, plans) → {@code PlanCache} → {@code
 * ForwardPlan} (one per pair of tensor shapes) → {@code ForwardContext} (one per call in progress) → {@code BoundPrimitive}. What a plan
 * consists of is its {@code Schedule}: of one layer {@code ForwardSteps}, of a program {@code ProgramSchedule}, which is made of those. It is
 * decided from {@code ForwardShape} (the problem in oneDNN's numbers), {@code KnownDefect} and {@code FasterKernel}. For
 * other kinds of layers the way is the same; each has an {@code Implementation} of its own, which a cache's finder finds.
 *
 * <p><b>Why gradients need so little of their own.</b> A gradient by the source is the adjoint problem computed forward, which is what
 * oneDNN's deconvolution does the other way round. A transposed layer's gradient by the weights is a regular layer's with source and
 * diffDst exchanged; oneDNN's own deconvolution wraps the first implementation only, so that a defect could not be led around.
 *
 * <p><b>How the natives are loaded.</b> On the first {@code OneDnnEngine.open()}, by JavaCPP's loader, in this order:
 *
 * <ol>
 *   <li>if {@code -Dfaltung.natives.folder=FOLDER}: the libraries in that folder, or below it as in JavaCPP's cache, and none else;
 *   <li>if {@code -Dorg.bytedeco.javacpp.pathsFirst=true}: the libraries in {@code java.library.path};
 *   <li>the jars {@code dnnl}, {@code opencl} and {@code javacpp} with the platform as classifier, extracted to {@code
 *       -Dorg.bytedeco.javacpp.cachedir} (default {@code ~/.javacpp/cache}; the next in JavaCPP's list if that can't be written) and loaded
 *       from there; {@code opencl}'s is needed even though nothing uses it;
 *   <li>the libraries in {@code java.library.path}.
 * </ol>
 *
 * <p>{@code -Dfaltung.natives.extract=false} forbids to extract: the libraries must lie in the folder, in a cache that was filled before, or
 * in {@code java.library.path}. JavaCPP then extracts nothing for other presets in the process either, and JNA's library has to lie in the
 * folder or in {@code -Djna.boot.library.path}. With the folder alone JavaCPP may leave links in its cache.
 *
 * <p><b>What is checked before.</b> A copy in the cache has the CRC-32 that its jar has for it, or is extracted again; on Linux no file is
 * cut short. {@code -Dfaltung.natives.verify=true}: each file, JNA's included, has the SHA-256 in {@code libraries.sha256}, which costs some
 * 0.2 s; numbered copies for a second class loader are checked right after they are loaded. It does not help against somebody who changes
 * a file in the moment between.
 *
 * <p>A failure is kept as a value and thrown by every {@code open()}. {@code ONEDNN_VERBOSE} and {@code ONEDNN_MAX_CPU_ISA} work as oneDNN's
 * documentation says.
 *
 * <p><b>Two class loaders</b> of one process each get a copy of JavaCPP's libraries and share oneDNN's; from an installed folder only one
 * class loader can load them, and the other is told so.
 *
 * <p><b>Other OpenMP runtimes in the process.</b> Those loaded later make no difference. One that is loaded before and for all libraries
 * ({@code LD_PRELOAD} on Linux) runs oneDNN's threads, and is found and limited. On macOS LLVM's and Intel's runtimes end the process where
 * they find another of their kind, unless {@code KMP_DUPLICATE_LIB_OK=TRUE}; not tried here.
 *
 * <p><b>Why JNA.</b> The presets have no call that tells OpenMP how many threads to use, and Java has none on 17; JNA finds the runtime that
 * JavaCPP has loaded, see {@code OpenMpThreads}. Without JNA's jar everything works, what is cut into pieces more
 * slowly, and another number of threads than the default is refused.
 *
 * <p><b>Who runs on how many threads.</b> {@code Callers} counts who computes in an engine and says how many threads each may use. The engine's
 * own threads ({@code WorkerPool}) go by that from one part of a job to the next; what runs on OpenMP's threads is compiled for the number
 * that holds when a call begins, and again for others as they are met. OpenMP's threads spin for some milliseconds after a call, the
 * engine's for 60 µs, then they sleep.
 *
 * <p><b>Threads that can't be had.</b> OpenMP's runtimes end the process where they can start no thread, so {@code OpenMpTeam} tries beforehand. oneDNN's
 * code generator fails for good on a thread on which it failed once, so {@code SoundThread} has another compile. Virtual threads leave to others
 * what takes OpenMP's threads, which belong to a thread of the operating system.
 *
 * <p><b>Why the C API.</b> oneDNN's C++ classes allocate on each call, and their Java proxies take a global lock. The C functions with
 * reused argument arrays do neither.
 *
 * <p><b>Why the scratchpad is ours.</b> A scratchpad that oneDNN manages belongs to the thread that made the primitive; executing on
 * another thread crashes.
 */
@NullMarked
package io.github.faltung.onednn;

import org.jspecify.annotations.NullMarked;
