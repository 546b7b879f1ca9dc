package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActAddressTest {
    private static Optional<ActAddress> of(Map<String, String> parameters) {
        return ActAddress.of(name -> parameters.getOrDefault(name, ""));
    }

    @Test
    void addressThatNamesNoActOrNotAllOfItIsNone() {
        assertThat(of(Map.of("user", "u_1"))).isEmpty();
        assertThat(of(Map.of("do", "erase", "user", "u_1"))).isEmpty();
        assertThat(of(Map.of("do", "mute", "user", "u_1"))).isEmpty();
        assertThat(of(Map.of("do", "mute", "user", "u 1", "room", "r_1"))).isEmpty();
        assertThat(of(Map.of("do", "msg.delete", "room", "r_1", "seq", "0"))).isEmpty();
        assertThat(of(Map.of("do", "sign-out", "user", "u_1"))).isEmpty();
        assertThat(of(Map.of("do", "invite.revoke", "invite", "short"))).isEmpty();
    }

    @Test
    void actLeadsBackToWhatItWasDoneOn() {
        assertThat(of(Map.of("do", "mute", "user", "u_1", "room", "r_1")))
                .hasValueSatisfying(address -> assertThat(address.back()).endsWith("/room?faces-redirect=true&id=r_1"));
        assertThat(of(Map.of("do", "msg.delete", "room", "r_1", "seq", "7")))
                .hasValueSatisfying(address -> assertThat(address.back()).endsWith("&id=r_1&before=32"));
        assertThat(of(Map.of("do", "suspend", "user", "u_1")))
                .hasValueSatisfying(address -> assertThat(address.wayOut()).isEqualTo("/admin/user?id=u_1"));
        assertThat(of(Map.of("do", "invite.make")))
                .hasValueSatisfying(address -> assertThat(address.wayOut()).isEqualTo("/admin/invites"));
    }
}
