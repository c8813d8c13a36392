package io.github.faltung.onednn;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Puts a point where {@link Faults} may strike before each call of oneDNN that returns a status, but those that destroy, and before whatever
 * allocates in Faltung's classes.
 */
final class FaultPoints implements ClassFileTransformer {
    /** What the native methods' names begin with where a Java method has taken their name. */
    static final String REAL = "real_";

    private static final String FAULTS = Type.getInternalName(Faults.class);
    private static final String API = "org/bytedeco/dnnl/global/dnnl";
    private static final String OURS = "io/github/faltung/";
    private static final int ASM = Opcodes.ASM9;

    /** Calls of collections that allocate. */
    private static final Set<String> ALLOCATING =
            Set.of("add", "addAll", "addFirst", "put", "putAll", "push", "of", "copyOf", "computeIfAbsent");

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        boolean isApi = name.equals(API);
        if (!isApi && !(name.startsWith(OURS) && isProduction(domain))) {
            return null;
        }
        var reader = new ClassReader(bytes);
        var writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(isApi ? new Calls(writer) : new Allocations(writer), 0);
        return writer.toByteArray();
    }

    private static boolean isProduction(@Nullable ProtectionDomain domain) {
        return domain != null && !domain.getCodeSource().getLocation().getPath().endsWith("test-classes/");
    }

    private static boolean returnsStatus(int access, String name, String descriptor) {
        return (access & Opcodes.ACC_NATIVE) != 0
                && descriptor.endsWith(")I")
                && name.startsWith("dnnl_")
                && !name.endsWith("_destroy")
                && !name.endsWith("_equal")
                && !name.startsWith("dnnl_get_");
    }

    private static final class Calls extends ClassVisitor {
        Calls(ClassVisitor next) {
            super(ASM, next);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            if (!returnsStatus(access, name, descriptor)) {
                return super.visitMethod(access, name, descriptor, signature, exceptions);
            }
            writeWrapper(access & ~Opcodes.ACC_NATIVE, name, descriptor);
            return super.visitMethod(access, REAL + name, descriptor, signature, exceptions);
        }

        private void writeWrapper(int access, String name, String descriptor) {
            MethodVisitor code = super.visitMethod(access, name, descriptor, null, null);
            var call = new Label();
            code.visitCode();
            code.visitMethodInsn(Opcodes.INVOKESTATIC, FAULTS, "call", "()I", false);
            code.visitInsn(Opcodes.DUP);
            code.visitJumpInsn(Opcodes.IFEQ, call);
            code.visitInsn(Opcodes.IRETURN);
            code.visitLabel(call);
            code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {Opcodes.INTEGER});
            code.visitInsn(Opcodes.POP);
            int slot = 0;
            for (Type parameter : Type.getArgumentTypes(descriptor)) {
                code.visitVarInsn(parameter.getOpcode(Opcodes.ILOAD), slot);
                slot += parameter.getSize();
            }
            code.visitMethodInsn(Opcodes.INVOKESTATIC, API, REAL + name, descriptor, false);
            code.visitInsn(Opcodes.IRETURN);
            code.visitMaxs(0, 0);
            code.visitEnd();
        }
    }

    private static final class Allocations extends ClassVisitor {
        Allocations(ClassVisitor next) {
            super(ASM, next);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            return name.equals("<clinit>")
                    ? next
                    : new Points(next); // a class whose initialisation fails stays unusable
        }
    }

    private static final class Points extends MethodVisitor {
        Points(MethodVisitor next) {
            super(ASM, next);
        }

        private void point() {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, FAULTS, "allocation", "()V", false);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            if (opcode == Opcodes.ANEWARRAY) {
                point();
            }
            super.visitTypeInsn(opcode, type);
            if (opcode == Opcodes.NEW) {
                point(); // behind it: stack maps refer to the place of a NEW
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                point();
            }
            super.visitIntInsn(opcode, operand);
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            point();
            super.visitMultiANewArrayInsn(descriptor, dimensions);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (owner.startsWith("java/util/") && ALLOCATING.contains(name)) {
                point();
            }
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }

        /** One that captures nothing is made once, when its place in the code is first reached. */
        @Override
        public void visitInvokeDynamicInsn(
                String name, String descriptor, org.objectweb.asm.Handle bootstrap, Object... arguments) {
            if (!descriptor.startsWith("()")) {
                point();
            }
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
        }
    }
}
