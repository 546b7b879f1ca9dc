package io.confab.gateway;

import io.confab.kernel.Utf8;
import io.confab.wire.CloseCode;

/**
 * Puts the parts of one text message together, within bounds of our own: the container would let a message of endless
 * fragments grow ({@link FrameMeter} finds it sooner, where it can stand in the way). For one connection; called by one thread at a time.
 */
final class FrameAssembler {
    static final int MAX_FRAGMENTS = 1_024;

    private final int maxBytes;
    private final StringBuilder parts = new StringBuilder();
    private int bytes;
    private int fragments;

    FrameAssembler(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** What became of a part. */
    sealed interface Result {
        /** More parts follow. */
        record Partial() implements Result {}

        record Whole(String text) implements Result {}

        record TooMuch(CloseCode code) implements Result {}
    }

    Result add(String part, boolean last) {
        fragments++;
        bytes += Utf8.length(part);
        if (bytes > maxBytes) {
            return new Result.TooMuch(CloseCode.TOO_LARGE);
        }
        if (fragments > MAX_FRAGMENTS) {
            return new Result.TooMuch(CloseCode.BAD_FRAME);
        }
        if (last && fragments == 1) {
            reset();
            return new Result.Whole(part);
        }
        parts.append(part);
        if (!last) {
            return new Result.Partial();
        }
        String text = parts.toString();
        reset();
        return new Result.Whole(text);
    }

    private void reset() {
        parts.setLength(0);
        parts.trimToSize();
        bytes = 0;
        fragments = 0;
    }
}
