package io.confab.wire;

/**
 * Why the server closed a socket (docs/protocol/v1.md, "Close codes"). 4000–4499: the client may reconnect, with backoff
 * and full jitter. 4500–4999: it must not, until a person has done something.
 */
public enum CloseCode {
    /** The node is going away; reconnect as the {@code reconnect} event said, else as after any other end. */
    DRAINING(4301, "draining"),
    /** The client did not read fast enough; reconnect and resume. */
    SLOW_CONSUMER(4302, "slow_consumer"),
    /** Nothing was heard for two heartbeats, or a frame or message did not become whole in time. */
    HEARTBEAT_TIMEOUT(4303, "heartbeat_timeout"),
    /** The access token ran out; refresh it, then reconnect. */
    TOKEN_EXPIRED(4304, "token_expired"),
    /** The node has more to do than it can and takes no new socket; reconnect, which may lead to another node. */
    OVERLOADED(4305, "overloaded"),
    /** Not sent yet: the node cannot vouch for what it has sent; reconnect and resume. */
    INSUFFICIENT_STATE(4306, "insufficient_state"),
    /** Limits were passed, or broken frames came, again and again. */
    RATE_LIMITED(4307, "rate_limited"),
    /** A fault of the server's own. */
    SERVER_ERROR(4308, "server_error"),
    /** No token, or one that is not good. */
    AUTH_FAILED(4500, "auth_failed"),
    /** A binary frame, a frame before {@code hello}, a second {@code hello}, or a frame of too many fragments. */
    BAD_FRAME(4501, "bad_frame"),
    /** A protocol version the server does not speak. */
    UNSUPPORTED_VERSION(4502, "unsupported_version"),
    /** The account is suspended. */
    SUSPENDED(4503, "suspended"),
    /** A stream gave way to a newer connection of the same person, whose places were all taken. */
    CONNECTED_ELSEWHERE(4504, "connected_elsewhere"),
    /** Too many sockets of one person. */
    CONNECTION_LIMIT(4505, "connection_limit"),
    /** No {@code hello} within its time. */
    HELLO_TIMEOUT(4507, "hello_timeout"),
    /** The sign-in was ended. */
    REVOKED(4508, "revoked"),
    /** A frame over the size limit. */
    TOO_LARGE(4509, "too_large");

    private final int code;
    private final String word;

    CloseCode(int code, String word) {
        this.code = code;
        this.word = word;
    }

    public int code() {
        return code;
    }

    /** The reason on the wire: at most 123 bytes. */
    public String word() {
        return word;
    }
}
