import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;

/** What both processes owe to the one that started them. */
final class Lifeline {
    static final int IN_USE = 3;
    private static final long STOP_LIMIT_MS = 12_000;
    private static FileLock lock;

    private Lifeline() {}

    /**
     * Ends this process when standard input ends: the starting process holds the other end, so that it ends with that
     * process in every case. A process that does not end in order is halted.
     */
    static void follow() {
        daemon("lifeline", () -> {
            try {
                while (System.in.read() >= 0) {}
            } catch (IOException e) {
                // The same as the end.
            }
            daemon("halt", () -> {
                try {
                    Thread.sleep(STOP_LIMIT_MS);
                } catch (InterruptedException e) {
                    // Halt at once.
                }
                Runtime.getRuntime().halt(1);
            });
            System.exit(0);
        });
    }

    /** Waits until a process of before has left the folder. The operating system ends a lock with its process. */
    static void own(File folder) throws Exception {
        folder.mkdirs();
        RandomAccessFile file = new RandomAccessFile(new File(folder, "lock"), "rw");
        long limit = System.currentTimeMillis() + STOP_LIMIT_MS + 3_000;
        while ((lock = file.getChannel().tryLock()) == null) {
            if (System.currentTimeMillis() > limit) {
                System.exit(IN_USE);
            }
            Thread.sleep(100);
        }
    }

    private static void daemon(String name, Runnable run) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        thread.start();
    }
}
