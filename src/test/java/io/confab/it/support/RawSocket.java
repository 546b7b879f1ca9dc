package io.confab.it.support;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket by hand (RFC 6455), for what Java's own client refuses to do: any header in the handshake, any bytes in a
 * frame. One thread, which reads when it expects something.
 */
public final class RawSocket implements AutoCloseable {
    public static final int TEXT = 0x81;
    public static final int TEXT_TO_BE_CONTINUED = 0x01;
    public static final int CONTINUATION = 0x00;
    public static final int LAST_CONTINUATION = 0x80;
    public static final int PING = 0x89;
    public static final int PONG = 0x8A;
    /** The end from this side, as a final frame. */
    public static final int GOODBYE = 0x88;
    /** A final text frame with the bit RSV1, which says "compressed" (RFC 7692). */
    public static final int COMPRESSED_TEXT = 0xC1;

    private static final int CLOSE = 0x8;
    private static final int LOST = 1006;
    private static final int NARROW = 64 * 1024;
    private static final byte[] MASK = {1, 2, 3, 4};

    private final Socket tcp;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final int status;
    private final Map<String, String> headers = new HashMap<>();
    private final StringBuilder texts = new StringBuilder();

    private RawSocket(URI base, String path, Map<String, String> given, int receiveBytes) throws IOException {
        tcp = new Socket();
        if (receiveBytes > 0) {
            tcp.setReceiveBufferSize(receiveBytes); // only before it connects does it hold
        }
        tcp.connect(new InetSocketAddress(base.getHost(), base.getPort()));
        tcp.setSoTimeout(Math.toIntExact(ChatClient.PATIENCE.toMillis()));
        tcp.setTcpNoDelay(true);
        in = new DataInputStream(new java.io.BufferedInputStream(tcp.getInputStream()));
        out = new DataOutputStream(tcp.getOutputStream());
        var request = new StringBuilder("GET /" + path + " HTTP/1.1\r\nHost: " + base.getHost() + ":" + base.getPort()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        given.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        out.write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        status = Integer.parseInt(line().split(" ")[1]);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
    }

    /** Asks for an upgrade with exactly these headers beside the protocol's own. */
    public static RawSocket open(URI base, String path, Map<String, String> headers) {
        try {
            return new RawSocket(base, path, headers, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the chat's socket with this token; no {@code hello} yet. */
    public static RawSocket open(URI base, String access) {
        return open(base, "ws/v1", bearer(access));
    }

    /** As {@link #open(URI, String)}, with so small a buffer that what is not read soon stays with the server. */
    public static RawSocket openNarrow(URI base, String access) {
        try {
            return new RawSocket(base, "ws/v1", bearer(access), NARROW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> bearer(String access) {
        return Map.of("Sec-WebSocket-Protocol", "chat.v1.json, bearer." + access);
    }

    /** The HTTP status of the handshake: 101 when there is a socket. */
    public int status() {
        return status;
    }

    /** A header of the handshake's answer, by its name in lower case. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    public void text(String text) {
        frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a frame whose first byte and payload are as given. Harmless when the server has hung up. */
    public void frame(int firstByte, byte[] payload) {
        var masked = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            masked[i] = (byte) (payload[i] ^ MASK[i % MASK.length]);
        }
        begin(firstByte, payload.length);
        write(masked);
    }

    /** The bytes of so many equal frames, to be written at once with {@link #write}. */
    public static byte[] frames(int firstByte, byte[] payload, int count) {
        byte[] head = head(firstByte, payload.length);
        var all = new byte[(head.length + payload.length) * count];
        for (int at = 0, i = 0; i < count; i++) {
            System.arraycopy(head, 0, all, at, head.length);
            at += head.length;
            for (int j = 0; j < payload.length; j++) {
                all[at++] = (byte) (payload[j] ^ MASK[j % MASK.length]);
            }
        }
        return all;
    }

    /** Sends only the beginning of a frame that claims this length. */
    public void begin(int firstByte, long length) {
        write(head(firstByte, length));
    }

    private static byte[] head(int firstByte, long length) {
        var head = new ByteArrayOutputStream();
        var data = new DataOutputStream(head);
        try {
            data.write(firstByte);
            if (length < 126) {
                data.write((int) length | 0x80);
            } else if (length < 65_536) {
                data.write(126 | 0x80);
                data.writeShort((int) length);
            } else {
                data.write(127 | 0x80);
                data.writeLong(length);
            }
            data.write(MASK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return head.toByteArray();
    }

    /** Sends bytes as they are. False when the server has hung up; {@link #expectClose} tells how. */
    public boolean write(byte[] bytes) {
        try {
            out.write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads one byte, so that what comes next is delayed and not refused; false at the end. */
    public boolean sip() {
        try {
            return in.read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads until a text with this part has come. */
    public void expect(String part) {
        long begun = System.nanoTime();
        while (texts.indexOf(part) < 0) {
            if (System.nanoTime() - begun > ChatClient.PATIENCE.toNanos()) {
                throw new IllegalStateException("other texts came, but not " + part);
            }
            int code = read();
            if (code != 0) {
                throw new IllegalStateException("closed with " + code + " instead of " + part);
            }
        }
    }

    /** Reads until the server closes; the code, 1006 when it hung up without one. */
    public int expectClose() {
        for (; ; ) {
            int code = read();
            if (code != 0) {
                return code;
            }
        }
    }

    /**
     * Writes this again and again, with a pause between, until the server closes; the code. 1006 when a write failed before the code was read: to
     * most clients that is the end.
     */
    public int closeWhileWriting(byte[] bytes, Duration pause) {
        var code = new CompletableFuture<Integer>();
        Thread.ofVirtual().start(() -> code.complete(expectClose()));
        while (!code.isDone()) {
            if (!write(bytes)) {
                return code.getNow(LOST);
            }
            LockSupport.parkNanos(pause.toNanos());
        }
        return code.join();
    }

    /** All texts so far. */
    public String texts() {
        return texts.toString();
    }

    /** One frame; the close code if it was the end, else 0. */
    private int read() {
        try {
            int opcode = in.readUnsignedByte() & 0xF;
            long length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            byte[] payload = in.readNBytes(Math.toIntExact(length));
            if (opcode == CLOSE) {
                return payload.length < 2 ? 1005 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
            }
            if (opcode <= 1) { // not a ping or a pong
                texts.append(new String(payload, StandardCharsets.UTF_8)).append('\n');
            }
            return 0;
        } catch (java.net.SocketTimeoutException e) {
            throw new IllegalStateException("nothing came", e);
        } catch (IOException e) {
            return LOST;
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new java.io.EOFException("the server hung up in the handshake");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
