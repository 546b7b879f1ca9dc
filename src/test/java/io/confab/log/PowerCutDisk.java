package io.confab.log;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A disk under H2 that forgets, when the power is cut, all that was not forced: {@code jdbc:h2:powercut:/folder/name}. What a
 * kill of the process cannot show, since the operating system keeps what a process has written.
 */
public final class PowerCutDisk extends FilePathWrapper {
    private static final String SCHEME = "powercut";
    private static final Map<String, Disk> DISKS = new ConcurrentHashMap<>();

    /** Made by H2 for each path. */
    public PowerCutDisk() {}

    /** The disk of the database at this path, which H2 then finds by {@link #url}. */
    static Disk at(String path) {
        FilePath.register(new PowerCutDisk());
        return DISKS.computeIfAbsent(path + ".mv.db", name -> new Disk());
    }

    static String url(String path) {
        return "jdbc:h2:" + SCHEME + ":" + path;
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        FileChannel real = getBase().open(mode);
        Disk disk = DISKS.get(getBase().toString());
        return disk == null ? real : new ForgetfulChannel(real, disk);
    }

    /** What was written to a file, and what of it was forced. */
    static final class Disk {
        private final List<Runnable> unforced = new ArrayList<>();
        private byte[] forced = new byte[0];
        private int length;
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile boolean forceWaits;

        /** From now on nothing reaches the disk until {@link #release}. */
        void hold() {
            gate = new CountDownLatch(1);
        }

        void release() {
            gate.countDown();
        }

        /** Waits until somebody waits for the disk. */
        void awaitForce() {
            await("a force").atMost(Duration.ofSeconds(10)).until(() -> forceWaits);
        }

        /** What the file holds when the power is cut now. */
        synchronized byte[] afterPowerCut() {
            return Arrays.copyOf(forced, length);
        }

        private synchronized void written(long at, byte[] bytes) {
            unforced.add(() -> {
                int start = Math.toIntExact(at);
                int end = start + bytes.length;
                if (end > forced.length) {
                    forced = Arrays.copyOf(forced, 2 * end);
                }
                System.arraycopy(bytes, 0, forced, start, bytes.length);
                length = Math.max(length, end);
            });
        }

        /** H2 looks for its latest chunk at the end of the file, so the end must be right. */
        private synchronized void truncated(long size) {
            unforced.add(() -> {
                int end = Math.toIntExact(Math.min(length, size));
                Arrays.fill(forced, end, length, (byte) 0);
                length = end;
            });
        }

        private void force() throws IOException {
            forceWaits = true;
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                forceWaits = false;
            }
            keep();
        }

        private synchronized void keep() {
            unforced.forEach(Runnable::run);
            unforced.clear();
        }
    }

    private static final class ForgetfulChannel extends FileBase {
        private final FileChannel real;
        private final Disk disk;

        ForgetfulChannel(FileChannel real, Disk disk) {
            this.real = real;
            this.disk = disk;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            long at = real.position();
            return recorded(at, source, real::write);
        }

        @Override
        public synchronized int write(ByteBuffer source, long position) throws IOException {
            return recorded(position, source, buffer -> real.write(buffer, position));
        }

        private interface Writing {
            int of(ByteBuffer source) throws IOException;
        }

        private int recorded(long at, ByteBuffer source, Writing writing) throws IOException {
            ByteBuffer copy = source.duplicate();
            int count = writing.of(source);
            var bytes = new byte[count];
            copy.get(bytes);
            disk.written(at, bytes);
            return count;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            disk.force();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            real.truncate(size);
            disk.truncated(size);
            return this;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return real.read(target);
        }

        @Override
        public synchronized int read(ByteBuffer target, long position) throws IOException {
            return real.read(target, position);
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            real.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return Objects.requireNonNull(real.tryLock(position, size, shared));
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }
    }
}
