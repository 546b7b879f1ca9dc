package io.confab.it.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.confab.kernel.Json;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network that can be cut: passes bytes on to a server until {@link #cut}, then ends all connections and takes no new
 * ones. It can also freeze: nothing passes and nothing ends, as when packets are dropped. Or it is one that passes pages on
 * and no sockets, or everything but the answer {@code ok}.
 */
public final class CutProxy implements AutoCloseable {
    private static final byte[] SOCKET = "GET /ws/".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket door;
    private final URI target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean withoutSockets;
    private volatile CountDownLatch flowing = new CountDownLatch(0);
    private volatile boolean withoutOks;
    private final AtomicInteger lostOks = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger untilCut = new AtomicInteger(Integer.MAX_VALUE); // connections asked for

    public CutProxy(URI target) {
        this.target = target;
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort() + "/");
    }

    /** The same database through this network. @param url of JDBC, on the server that this network leads to */
    public String through(String url) {
        return url.replace(":" + target.getPort(), ":" + door.getLocalPort());
    }

    /** A network to the server of this database. @param url of JDBC */
    public static CutProxy to(String url) {
        return new CutProxy(URI.create(url.substring("jdbc:".length())));
    }

    public void cut() {
        cut = true;
        open.forEach(CutProxy::end);
    }

    /** As by {@link #cut}, the moment the n-th connection from now on is asked for, and at once for n = 0. */
    public void cutAt(int nth) {
        refused.set(0);
        untilCut.set(nth);
        if (nth == 0) {
            cut();
        }
    }

    /** How many connections were not taken since {@link #cutAt}. */
    public int refused() {
        return refused.get();
    }

    /** From now on nothing passes in either direction, and nobody is told. */
    public void freeze() {
        flowing = new CountDownLatch(1);
    }

    /** What stood still goes on, with all that was sent meanwhile. */
    public void thaw() {
        flowing.countDown();
    }

    public void mend() {
        withoutSockets = false;
        untilCut.set(Integer.MAX_VALUE);
        cut = false;
    }

    /** From now on as {@link #mend} but for WebSockets: as behind a proxy that does not know them. */
    public void mendForPagesOnly() {
        withoutSockets = true;
        cut = false;
    }

    /**
     * On connections made from now on no {@code ok} of a socket arrives, and no answer 200 or 201 of an HTTP call: the
     * connection ends in its place.
     */
    public void loseOks() {
        withoutOks = true;
    }

    /** How many did not arrive. */
    public int lostOks() {
        return lostOks.get();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (untilCut.decrementAndGet() == 0) {
                    cut();
                }
                if (cut) {
                    end(client);
                    refused.incrementAndGet();
                } else {
                    Socket server = new Socket(target.getHost(), target.getPort());
                    open.add(client);
                    open.add(server);
                    if (cut) { // by another thread, meanwhile
                        end(client);
                        end(server);
                        refused.incrementAndGet();
                        continue;
                    }
                    Thread.ofVirtual().start(() -> passRequests(client, server));
                    boolean losing = withoutOks;
                    Thread.ofVirtual().start(() -> {
                        if (losing) {
                            passWithoutOks(server, client);
                        }
                        pass(server, client);
                    });
                }
            } catch (IOException e) {
                // closed, or the server is away: the client sees its connection end
            }
        }
    }

    /** A browser opens a connection of its own for each socket, so the first line tells. */
    private void passRequests(Socket client, Socket server) {
        try {
            byte[] first = client.getInputStream().readNBytes(SOCKET.length);
            if (withoutSockets && Arrays.equals(first, SOCKET)) {
                end(client);
                end(server);
                return;
            }
            flowing.await();
            server.getOutputStream().write(first);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException e) {
            end(client);
            end(server);
            return;
        }
        pass(client, server);
    }

    private void passWithoutOks(Socket server, Socket client) {
        try {
            var in = new DataInputStream(server.getInputStream());
            String head = head(in);
            if (head.startsWith("HTTP/1.1 20")) {
                lostOks.incrementAndGet();
                end(server);
                return; // the rest of the answer goes nowhere: the client sees its connection end
            }
            client.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            while (head.startsWith("HTTP/1.1 101")) {
                passFrame(in, client.getOutputStream());
            }
        } catch (IOException e) {
            end(client);
        }
    }

    private static String head(DataInputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** A frame of the server (RFC 6455 section 5.2): not masked, here never in fragments. */
    private void passFrame(DataInputStream in, OutputStream out) throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        long bytes = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        byte[] payload = in.readNBytes(Math.toIntExact(bytes));
        if (first == RawSocket.TEXT) {
            payload = withoutOks(new String(payload, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        }
        var frame = new ByteArrayOutputStream();
        var data = new DataOutputStream(frame);
        data.writeByte(first);
        if (payload.length < 126) {
            data.writeByte(payload.length);
        } else if (payload.length < 0x10000) {
            data.writeByte(126);
            data.writeShort(payload.length);
        } else {
            data.writeByte(127);
            data.writeLong(payload.length);
        }
        data.write(payload);
        out.write(frame.toByteArray());
    }

    private String withoutOks(String text) {
        JsonNode frame = Json.read(text);
        ArrayNode kept = Json.array();
        for (JsonNode object : frame instanceof ArrayNode several ? several : List.of(frame)) {
            if (object.path("t").asText().equals("ok")) {
                lostOks.incrementAndGet();
            } else {
                kept.add(object);
            }
        }
        return kept.toString();
    }

    private void pass(Socket from, Socket to) {
        try {
            byte[] bytes = new byte[8 * 1024];
            for (int read = from.getInputStream().read(bytes);
                    read >= 0;
                    read = from.getInputStream().read(bytes)) {
                flowing.await();
                to.getOutputStream().write(bytes, 0, read);
            }
        } catch (IOException e) {
            open.remove(from); // either side ended; the finally below ends the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from);
            end(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
        thaw();
    }
}
