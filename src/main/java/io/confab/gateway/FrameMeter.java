package io.confab.gateway;

import io.confab.wire.CloseCode;
import io.github.bucket4j.Bucket;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads along with the bytes of one socket, before the container does, and finds by the frames' heads alone (RFC 6455 section
 * 5.2) what nobody sends who means well: a frame or message over the limit, whatever of it has come; a message of endless
 * fragments; a flood of pings and pongs; a frame that is not masked. Then it goes on, to find the close frame. Keeps nothing
 * of what it reads but a head. Called by one thread at a time, but for {@link #unfinishedFor} and {@link #sawClose}.
 */
final class FrameMeter {
    private static final int FIN = 0x80;
    private static final int CONTROL = 0x08;
    private static final int OPCODE = 0x0F;
    private static final int CLOSE = 0x08;
    private static final int MASKED = 0x80;
    private static final int MASK_BYTES = 4;
    private static final long FINISHED = Long.MIN_VALUE;

    private final int maxBytes;
    private final Bucket controls;
    private final LongSupplier nanos;
    private final byte[] head = new byte[2 + Long.BYTES + MASK_BYTES];
    private int headBytes;
    private int headLength = 2;
    private long payloadLeft;
    private boolean closeFrame;
    private boolean lastFrame; // of its message
    private boolean inMessage;
    private long messageBytes;
    private int fragments;
    private @Nullable CloseCode excess;
    private volatile boolean closeSeen;
    private volatile long unfinishedSince = FINISHED;

    /**
     * @param maxBytes of one message
     * @param controls what this socket may send of pings, pongs and closes
     */
    FrameMeter(int maxBytes, Bucket controls, LongSupplier nanos) {
        this.maxBytes = maxBytes;
        this.controls = controls;
        this.nanos = nanos;
    }

    /** How many of these bytes may be passed on. Fewer than came: see {@link #excess}; from then on none. */
    int admit(byte[] bytes, int offset, int length) {
        int admitted = 0;
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (payloadLeft > 0) {
                int step = (int) Math.min(payloadLeft, end - at);
                payloadLeft -= step;
                at += step;
                endOfFrame();
            } else {
                at = head(bytes, at, end);
            }
            if (excess == null) {
                admitted = at - offset;
            }
        }
        boolean finished = !inMessage && headBytes == 0 && payloadLeft == 0;
        if (finished) {
            finished();
        } else if (unfinishedSince == FINISHED) {
            unfinishedSince = nanos.getAsLong();
        }
        return admitted;
    }

    /** Whether the peer's close frame has come: by RFC 6455 nothing comes after it. Any thread. */
    boolean sawClose() {
        return closeSeen;
    }

    /** Why the socket must be closed, once it must. */
    @Nullable
    CloseCode excess() {
        return excess;
    }

    /** How long the frame or message that is coming has been on its way; zero when there is none. Any thread. */
    long unfinishedFor(long now) {
        long since = unfinishedSince;
        return since == FINISHED ? 0 : now - since;
    }

    /** Takes what there is of a head; where it ended. */
    private int head(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            head[headBytes++] = bytes[at++];
            if (headBytes == 2) {
                headLength = headLength();
            }
            if (headBytes == headLength) {
                headBytes = 0;
                begin(payloadLength());
                return at;
            }
        }
        return at;
    }

    private void begin(long length) {
        closeFrame = (head[0] & OPCODE) == CLOSE;
        lastFrame = false;
        if (excess == null) {
            excess = judge(length);
        }
        payloadLeft = Math.max(0, length);
        endOfFrame();
    }

    private int headLength() {
        int mask = (head[1] & MASKED) == 0 ? 0 : MASK_BYTES;
        return 2
                + mask
                + switch (head[1] & ~MASKED & 0xFF) {
                    case 126 -> Short.BYTES;
                    case 127 -> Long.BYTES;
                    default -> 0;
                };
    }

    private long payloadLength() {
        int code = head[1] & ~MASKED & 0xFF;
        if (code < 126) {
            return code;
        }
        long length = 0;
        for (int i = 2; i < 2 + (code == 126 ? Short.BYTES : Long.BYTES); i++) {
            length = (length << 8) | (head[i] & 0xFF);
        }
        return length;
    }

    private @Nullable CloseCode judge(long length) {
        if ((head[1] & MASKED) == 0) {
            return CloseCode.BAD_FRAME;
        }
        int opcode = head[0] & OPCODE;
        if ((opcode & CONTROL) != 0) {
            if (length < 0 || length > maxBytes) {
                return CloseCode.TOO_LARGE;
            }
            return controls.tryConsume(1) ? null : CloseCode.RATE_LIMITED;
        }
        if (opcode != 0) { // a new message; one that is not expected is the container's to refuse
            messageBytes = 0;
            fragments = 0;
        }
        if (length < 0 || length > maxBytes - messageBytes) {
            return CloseCode.TOO_LARGE;
        }
        if (++fragments > FrameAssembler.MAX_FRAGMENTS) {
            return CloseCode.BAD_FRAME;
        }
        messageBytes += length;
        inMessage = true;
        lastFrame = (head[0] & FIN) != 0;
        return null;
    }

    private void endOfFrame() {
        if (payloadLeft > 0) {
            return;
        }
        if (closeFrame) {
            closeSeen = true;
        }
        if (lastFrame) {
            inMessage = false;
            lastFrame = false;
        }
        if (!inMessage) { // a ping between two fragments does not restart the message's time
            finished();
        }
    }

    private void finished() {
        if (unfinishedSince != FINISHED) {
            unfinishedSince = FINISHED;
        }
    }
}
