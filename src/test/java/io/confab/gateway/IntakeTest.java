package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.wire.CloseCode;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final byte[] PING = {(byte) 0x89, (byte) 0x80, 1, 2, 3, 4};
    private static final byte[] CLOSE = {(byte) 0x88, (byte) 0x82, 1, 2, 3, 4, 0, 0};

    private final Intake intake = new Intake(new FrameMeter(
            100_000,
            Bucket.builder()
                    .addLimit(limit -> limit.capacity(2).refillGreedy(2, Duration.ofDays(1)))
                    .build(),
            System::nanoTime));
    private final List<String> told = new ArrayList<>();

    private int admit(byte[] bytes) {
        return intake.admit(bytes, 0, bytes.length);
    }

    @Test
    void onceWeHaveClosedNothingIsPassedOnAndTheirCloseEndsIt() {
        assertThat(admit(PING)).isEqualTo(PING.length);

        intake.untilTheyClose(() -> told.add("end"));

        assertThat(admit(PING)).isZero();
        assertThat(told).isEmpty();
        assertThat(admit(CLOSE)).isZero();
        assertThat(told).containsExactly("end");
    }

    @Test
    void whoHasClosedFirstIsNotWaitedFor() {
        assertThat(admit(CLOSE)).isEqualTo(CLOSE.length);

        intake.untilTheyClose(() -> told.add("end"));

        assertThat(told).containsExactly("end");
    }

    @Test
    void theCloseOfWhoSentTooMuchIsStillFound() {
        intake.whenTooMuch(code -> told.add(code.word()));
        for (int i = 0; i < 3; i++) {
            admit(PING);
        }
        intake.untilTheyClose(() -> told.add("end"));
        admit(PING);
        assertThat(told).containsExactly(CloseCode.RATE_LIMITED.word());

        for (byte one : CLOSE) {
            admit(new byte[] {one});
        }
        assertThat(told).containsExactly(CloseCode.RATE_LIMITED.word(), "end");
    }
}
