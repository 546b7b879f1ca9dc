package io.confab.gateway;

import io.confab.kernel.Configuration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The doors' settings.
 *
 * @param publicUrl the address clients use, e.g. {@code https://chat.example.org}; decides which Origin is ours
 * @param origins further origins that may open sockets
 * @param connectionFrames frames per {@code connectionWindow} of one connection
 * @param controlFrames pings and pongs per {@code connectionWindow} of one connection
 * @param messageTime how long a frame or message may be on its way
 * @param userCommands commands per second of one person, all devices
 * @param userBurst of them at once
 * @param roomMessages messages per second of one person in one room
 * @param roomBurst of them at once
 * @param abuseLimit refused frames (over a limit or malformed) within a minute before the socket is closed 4307
 * @param guestsPerAddress open sockets without a valid token per address
 * @param guests open sockets without a valid token, of all addresses
 * @param guestHandshakes handshakes without a valid token per address and 10 s
 * @param addressCalls calls over HTTP that need no token per network and 10 s
 * @param userHandshakes handshakes of one person and 10 s
 * @param reads over HTTP per second of one person, all devices
 * @param readBurst of them at once
 * @param pageSize rows of one page over HTTP
 * @param streamRooms live rooms of one stream: its ids name them all, and come back in one header
 * @param callsPerAddress calls over HTTP of one address that may be in the works at once
 * @param calls calls over HTTP of all addresses that may be in the works at once
 * @param bodyTime how long the body of a call may be on its way
 */
public record GatewaySettings(
        Optional<String> publicUrl,
        List<String> origins,
        Duration helloTimeout,
        int connectionFrames,
        Duration connectionWindow,
        int controlFrames,
        Duration messageTime,
        int userCommands,
        int userBurst,
        int roomMessages,
        int roomBurst,
        int abuseLimit,
        int guestsPerAddress,
        int guests,
        int guestHandshakes,
        int addressCalls,
        int userHandshakes,
        int reads,
        int readBurst,
        int pageSize,
        int streamRooms,
        int callsPerAddress,
        int calls,
        Duration bodyTime) {
    public static GatewaySettings from(Configuration c) {
        return new GatewaySettings(
                c.optional(
                        "confab.public-url",
                        Origins::isAddress,
                        "http:// or https:// and a host, as https://chat.example.org"),
                c.list(
                        "confab.origins",
                        Origins::isOrigin,
                        "http:// or https:// and a host, no path; several separated by commas"),
                c.duration(
                        "confab.hello-timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
                c.integer("confab.limits.connection-frames", 40, 1, 1_000_000),
                c.duration(
                        "confab.limits.connection-window",
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(1)),
                c.integer("confab.limits.control-frames", 100, 10, 1_000_000),
                c.duration(
                        "confab.limits.message-time",
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(10)),
                c.integer("confab.limits.user-commands-per-second", 5, 1, 1_000_000),
                c.integer("confab.limits.user-burst", 20, 1, 1_000_000),
                c.integer("confab.limits.room-messages-per-second", 1, 1, 1_000_000),
                c.integer("confab.limits.room-burst", 10, 1, 1_000_000),
                c.integer("confab.limits.abuse", 60, 1, 1_000_000),
                c.integer("confab.limits.guests-per-address", 20, 1, 100_000),
                c.integer("confab.limits.guests", 1_000, 1, 1_000_000),
                c.integer("confab.limits.guest-handshakes", 10, 1, 100_000),
                c.integer("confab.limits.address-calls", 600, 1, 1_000_000),
                c.integer("confab.limits.user-handshakes", 30, 1, 100_000),
                c.integer("confab.limits.reads-per-second", 20, 1, 1_000_000),
                c.integer("confab.limits.read-burst", 200, 1, 1_000_000),
                c.integer("confab.limits.page-size", 100, 1, 1_000),
                c.integer("confab.stream.rooms", 100, 1, 200),
                c.integer("confab.http.calls-per-address", 80, 1, 10_000),
                c.integer("confab.http.calls", 160, 2, 10_000),
                c.duration(
                        "confab.http.body-time",
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(10)));
    }
}
