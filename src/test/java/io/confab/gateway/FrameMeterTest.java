package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.wire.CloseCode;
import io.github.bucket4j.Bucket;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameMeterTest {
    private static final int MAX_BYTES = 100_000;
    private static final int TEXT = 0x81;
    private static final int BEGINNING = 0x01;
    private static final int CONTINUATION = 0x00;
    private static final int LAST = 0x80;
    private static final int PING = 0x89;

    private long now = -5; // nanoTime may be anything
    private final FrameMeter meter = new FrameMeter(
            MAX_BYTES,
            Bucket.builder()
                    .addLimit(limit -> limit.capacity(3).refillGreedy(3, Duration.ofDays(1)))
                    .build(),
            () -> now);

    private static byte[] frame(int first, int length) {
        return frame(first, length, length);
    }

    /** A masked frame that claims one length and has another. */
    private static byte[] frame(int first, long claimed, int length) {
        var out = new ByteArrayOutputStream();
        out.write(first);
        if (claimed >= 0 && claimed < 126) {
            out.write((int) claimed | 0x80);
        } else if (claimed >= 0 && claimed < 65_536) {
            out.write(126 | 0x80);
            out.write((int) (claimed >> 8));
            out.write((int) claimed);
        } else {
            out.write(127 | 0x80);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) (claimed >> shift));
            }
        }
        out.writeBytes(new byte[] {1, 2, 3, 4});
        out.writeBytes(new byte[length]);
        return out.toByteArray();
    }

    private int admit(byte[] bytes) {
        return meter.admit(bytes, 0, bytes.length);
    }

    private void admitted(byte[] bytes) {
        assertThat(admit(bytes)).isEqualTo(bytes.length);
        assertThat(meter.excess()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000, 1_000_000})
    void framesPassHoweverTheirBytesAreCutUp(int step) {
        var out = new ByteArrayOutputStream();
        for (int length : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, MAX_BYTES}) {
            out.writeBytes(frame(TEXT, length));
        }
        byte[] all = out.toByteArray();

        for (int at = 0; at < all.length; at += step) {
            int length = Math.min(step, all.length - at);
            assertThat(meter.admit(all, at, length)).isEqualTo(length);
        }
        assertThat(meter.excess()).isNull();
        assertThat(meter.unfinishedFor(now + 1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {MAX_BYTES + 1, 1L << 32, Long.MAX_VALUE, -1})
    void aFrameOverTheLimitIsFoundByItsHeadAndNothingOfItPasses(long claimed) {
        byte[] good = frame(TEXT, 10);
        byte[] tooLarge = frame(TEXT, claimed, 5);
        var both = new ByteArrayOutputStream();
        both.writeBytes(good);
        both.writeBytes(tooLarge);

        assertThat(admit(both.toByteArray())).isEqualTo(good.length);
        assertThat(meter.excess()).isEqualTo(CloseCode.TOO_LARGE);
        assertThat(admit(good)).isZero();
    }

    @Test
    void fragmentsThatTogetherAreOverTheLimitAreFoundBeforeTheLastOneComes() {
        admitted(frame(BEGINNING, MAX_BYTES - 10));
        admitted(frame(PING, 5));
        admitted(frame(CONTINUATION, 10));
        admit(frame(CONTINUATION, 1));

        assertThat(meter.excess()).isEqualTo(CloseCode.TOO_LARGE);
    }

    @Test
    void eachMessageHasALimitOfItsOwn() {
        for (int i = 0; i < 3; i++) {
            admitted(frame(BEGINNING, MAX_BYTES - 10));
            admitted(frame(LAST, 10));
            admitted(frame(TEXT, MAX_BYTES));
        }
    }

    @Test
    void emptyFragmentsAreCounted() {
        admitted(frame(BEGINNING, 0));
        for (int i = 1; i < FrameAssembler.MAX_FRAGMENTS; i++) {
            admitted(frame(CONTINUATION, 0));
        }
        admit(frame(CONTINUATION, 0));

        assertThat(meter.excess()).isEqualTo(CloseCode.BAD_FRAME);
    }

    @Test
    void controlFramesAreCounted() {
        for (int i = 0; i < 3; i++) {
            admitted(frame(PING, 125));
        }
        assertThat(admit(frame(PING, 125))).isZero();

        assertThat(meter.excess()).isEqualTo(CloseCode.RATE_LIMITED);
    }

    @Test
    void aFrameThatIsNotMaskedIsRefused() {
        assertThat(admit(new byte[] {(byte) TEXT, 1, 'a'})).isZero();

        assertThat(meter.excess()).isEqualTo(CloseCode.BAD_FRAME);
    }

    @Test
    void aCloseFrameIsSeenWhenItIsWhole() {
        byte[] close = frame(0x88, 2);
        meter.admit(close, 0, close.length - 1);
        assertThat(meter.sawClose()).isFalse();
        meter.admit(close, close.length - 1, 1);
        assertThat(meter.sawClose()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000_000})
    void behindAFrameOverTheLimitTheCloseFrameIsFound(int step) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(frame(TEXT, MAX_BYTES + 1));
        out.writeBytes(frame(0x88, 2));
        byte[] all = out.toByteArray();

        for (int at = 0; at < all.length; at += step) {
            assertThat(meter.sawClose()).isFalse();
            meter.admit(all, at, Math.min(step, all.length - at));
        }
        assertThat(meter.sawClose()).isTrue();
    }

    @Test
    void aPingThatIsWholeIsNotOnItsWay() {
        byte[] ping = frame(PING, 5);
        meter.admit(ping, 0, 5);
        now += 100;
        var rest = new ByteArrayOutputStream();
        rest.write(ping, 5, ping.length - 5);
        rest.write(ping, 0, 5);
        admit(rest.toByteArray());

        assertThat(meter.unfinishedFor(now)).isZero();
    }

    @Test
    void aMessageIsOnItsWayUntilItsLastByteWhateverComesBetween() {
        assertThat(meter.unfinishedFor(now)).isZero();
        admitted(frame(BEGINNING, 10));
        now += 100;
        admitted(frame(PING, 0));
        now += 100;
        byte[] last = frame(LAST, 10);
        meter.admit(last, 0, last.length - 1);
        assertThat(meter.unfinishedFor(now)).isEqualTo(200);

        meter.admit(last, last.length - 1, 1);
        assertThat(meter.unfinishedFor(now)).isZero();
    }

    @Test
    void theTimeOfAMessageBeginsAnewWithEachOne() {
        byte[] one = frame(TEXT, 10);
        meter.admit(one, 0, 5);
        now += 100;
        var rest = new ByteArrayOutputStream();
        rest.write(one, 5, one.length - 5);
        rest.write(one, 0, 5);
        admit(rest.toByteArray());

        assertThat(meter.unfinishedFor(now)).isZero();
        assertThat(meter.unfinishedFor(now + 7)).isEqualTo(7);
    }
}
