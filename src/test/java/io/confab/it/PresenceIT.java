package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is online and who is typing, on the real server. */
class PresenceIT {
    private final URI base = SharedServer.base();
    private ApiClient alice;
    private ApiClient bob;
    private String room;

    @BeforeEach
    void twoMembers() {
        alice = ApiClient.registered(base);
        bob = ApiClient.registered(base);
        room = alice.room("private", bob.user());
    }

    private static boolean shows(JsonNode frame, String user, String status) {
        if (!frame.path("t").asText().equals("presence")) {
            return false;
        }
        for (JsonNode named : frame.path("d").path("users")) {
            if (named.path("user").asText().equals(user)
                    && named.path("status").asText().equals(status)) {
                return true;
            }
        }
        return false;
    }

    private static boolean types(JsonNode frame, String user) {
        if (!frame.path("t").asText().equals("typing")) {
            return false;
        }
        for (JsonNode named : frame.path("d").path("users")) {
            if (named.asText().equals(user)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void comingAndGoingIsToldToThoseWhoListen() {
        try (var a = ChatClient.connect(alice, room)) {
            try (var b = ChatClient.connect(bob, room)) {
                a.expect("bob online", frame -> shows(frame, bob.user(), "online"));
                b.expect("alice online", frame -> shows(frame, alice.user(), "online"));
            }
            a.expect("bob offline", frame -> shows(frame, bob.user(), "offline"));
        }
    }

    @Test
    void whoComesIsToldOnceWhoIsThere() {
        try (var a = ChatClient.connect(alice, room)) {
            a.expect("alice online", frame -> shows(frame, alice.user(), "online"));
            try (var b = ChatClient.connect(bob, room)) {
                a.expect("bob online", frame -> shows(frame, bob.user(), "online")); // a later round
                b.expect("alice online", frame -> shows(frame, alice.user(), "online"));
            }
            a.expect("bob offline", frame -> shows(frame, bob.user(), "offline"));
            a.roundTrip();

            assertThat(a.frames().stream().filter(frame -> shows(frame, alice.user(), "online")))
                    .hasSize(1);
        }
    }

    @Test
    void withThreeDevicesOneIsOnlineUntilTheLastHasGone() {
        var carol = ApiClient.registered(base);
        room = alice.room("private", bob.user(), carol.user());
        try (var a = ChatClient.connect(alice, room)) {
            var phone = ChatClient.connect(bob, room);
            var laptop = ChatClient.connect(bob, room);
            var tablet = ChatClient.connect(bob, room);
            var clock = ChatClient.connect(carol, room);
            a.expect("bob online", frame -> shows(frame, bob.user(), "online"));
            a.expect("carol online", frame -> shows(frame, carol.user(), "online"));
            laptop.close();
            tablet.vanish();
            phone.send("presence", null, Json.object().put("status", "away"));
            a.expect("bob away", frame -> shows(frame, bob.user(), "away"));

            clock.close(); // after bob's two: when she is told to be offline, theirs would have been told too
            a.expect("carol offline", frame -> shows(frame, carol.user(), "offline"));
            a.roundTrip();
            assertThat(a.frames()).noneMatch(frame -> shows(frame, bob.user(), "offline"));

            phone.close();
            a.expect("bob offline", frame -> shows(frame, bob.user(), "offline"));
        }
    }

    @Test
    void typingIsToldAndEndsByItself() {
        try (var a = ChatClient.connect(alice, room);
                var b = ChatClient.connect(bob, room)) {
            b.send("typing", room, Json.object().put("on", true));
            a.expect("bob typing", frame -> types(frame, bob.user()));
            a.expect(
                    "nobody typing",
                    frame -> frame.path("t").asText().equals("typing")
                            && frame.path("d").path("users").isEmpty());
        }
    }

    @Test
    void whoMayNotWriteIsNotShownTyping() {
        var carol = ApiClient.registered(base);
        String muted = alice.room("private", bob.user(), carol.user());
        String readOnly = alice.room("private", bob.user());
        String frozen = alice.room("private", bob.user());
        assertThat(alice.call("PUT", "api/v1/rooms/" + muted + "/sanctions/" + bob.user() + "/mute", Json.object())
                        .status())
                .isEqualTo(200);
        mode(readOnly, "readonly");
        mode(frozen, "frozen");
        try (var a = ChatClient.connect(alice, muted, readOnly, frozen);
                var b = ChatClient.connect(bob, muted, readOnly, frozen);
                var c = ChatClient.connect(carol, muted)) {
            b.send("typing", muted, Json.object().put("on", true));
            b.send("typing", frozen, Json.object().put("on", true));
            b.send("typing", readOnly, Json.object().put("on", true));
            b.roundTrip();
            // what others send now comes after his: whatever is told of him is told with it or before
            a.send("typing", readOnly, Json.object().put("on", true));
            c.send("typing", muted, Json.object().put("on", true));
            b.expect("alice typing", frame -> types(frame, alice.user()));
            a.expect("carol typing", frame -> types(frame, carol.user()));
            b.expect("carol typing", frame -> types(frame, carol.user()));

            assertThat(a.frames()).noneMatch(frame -> types(frame, bob.user()));
            assertThat(b.frames()).noneMatch(frame -> frame.path("t").asText().equals("err"));
        }
    }

    private void mode(String room, String mode) {
        assertThat(alice.call("PATCH", "api/v1/rooms/" + room, Json.object().put("mode", mode))
                        .status())
                .isEqualTo(200);
    }
}
