package io.confab.job;

import io.confab.kernel.RoomId;
import io.confab.kernel.Sha256;
import java.nio.charset.StandardCharsets;

/** Command ids of what a job does in rooms: made of the job, the room and what exactly is done. */
final class JobKeys {
    private static final int CHARS = 20;

    private JobKeys() {}

    /** How those of one job begin; no sign in it means more than itself to {@code like}. */
    static String of(String job) {
        return "job-" + hash(job).substring(0, CHARS) + "-";
    }

    static String command(String job, RoomId room, String what) {
        return of(job) + hash(room + "/" + what);
    }

    private static String hash(String what) {
        return Sha256.version(what.getBytes(StandardCharsets.UTF_8));
    }
}
