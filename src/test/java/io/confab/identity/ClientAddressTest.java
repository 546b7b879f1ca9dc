package io.confab.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientAddressTest {
    private final ClientAddress behind = behind("10.0.0.1, 10.0.0.2");

    private static ClientAddress behind(String proxies) {
        return new ClientAddress(IdentitySettings.from(new Configuration(
                key -> Optional.ofNullable(Map.of("confab.proxies", proxies).get(key)))));
    }

    @Test
    void headerOfAStrangerIsIgnored() {
        assertThat(behind.of("192.0.2.7", "203.0.113.1")).isEqualTo("192.0.2.7");
    }

    @Test
    void headerOfAProxyNamesTheClient() {
        assertThat(behind.of("10.0.0.1", "203.0.113.1")).isEqualTo("203.0.113.1");
        assertThat(behind.of("10.0.0.1", "2001:db8::1")).isEqualTo("2001:db8:0:0:0:0:0:1");
    }

    @Test
    void aClientHasOneAddressInWhateverFormTheProxyWritesIt() {
        for (String form : List.of("2001:db8::1", "2001:DB8:0::0:1", "2001:0db8:0:0:0:0:0:0001")) {
            assertThat(behind.of("10.0.0.1", form)).as(form).isEqualTo("2001:db8:0:0:0:0:0:1");
        }
        assertThat(behind.of("10.0.0.1", "::ffff:203.0.113.1")).isEqualTo("203.0.113.1");
    }

    @Test
    void whatStandsBehindAPercentSignInTheHeaderMakesNoAddress() {
        for (String hop : List.of("203.0.113.1%a", "203.0.113.1%" + "a".repeat(1_900), "2001:db8::1%a", "fe80::1%1")) {
            assertThat(behind.of("10.0.0.1", hop)).as(hop).isEqualTo("10.0.0.1");
        }
        assertThat(behind.of("10.0.0.1", "203.0.113.1, 10.0.0.2%a")).isEqualTo("10.0.0.1");
    }

    @Test
    void aProxyIsKnownInWhateverFormItsAddressIsWritten() {
        var loopback = behind("::1");
        var documentation = behind("2001:DB8::0:1");

        assertThat(loopback.of("0:0:0:0:0:0:0:1", "203.0.113.1")).isEqualTo("203.0.113.1");
        assertThat(loopback.of("0:0:0:0:0:0:0:2", "203.0.113.1")).isEqualTo("0:0:0:0:0:0:0:2");
        assertThat(documentation.of("2001:db8:0:0:0:0:0:1", "203.0.113.1, 2001:0db8::1"))
                .isEqualTo("203.0.113.1");
        assertThat(behind.of("::ffff:10.0.0.1", "203.0.113.1")).isEqualTo("203.0.113.1");
    }

    @Test
    void aBlockOfProxiesIsKnownByTheBitsThatCount() {
        var mixed = behind("fe80::/10, 10.1.0.0/16, 192.0.2.128/25");

        for (String peer : List.of("fe80:0:0:0:1:2:3:4%eth0", "febf::1", "10.1.0.0", "10.1.255.255", "192.0.2.200")) {
            assertThat(mixed.of(peer, "203.0.113.1")).as(peer).isEqualTo("203.0.113.1");
        }
        for (String peer : List.of("fec0::1", "::1", "10.2.0.0", "192.0.2.127", "0.0.0.0", "unix:")) {
            assertThat(mixed.of(peer, "203.0.113.1")).as(peer).isEqualTo(peer);
        }
    }

    @Test
    void clientCannotPutAnotherAddressInFront() {
        assertThat(behind.of("10.0.0.1", "1.1.1.1, 203.0.113.1, 10.0.0.2")).isEqualTo("203.0.113.1");
    }

    @Test
    void howeverMuchAClientPutsInFrontTheProxysOwnEntryCounts() {
        String much = "1.1.1.1, ".repeat(1_000);

        assertThat(behind.of("10.0.0.1", much + "203.0.113.1")).isEqualTo("203.0.113.1");
        assertThat(behind.of("10.0.0.1", much + "203.0.113.1, 10.0.0.2")).isEqualTo("203.0.113.1");
        assertThat(behind.of("10.0.0.1", "203.0.113.1" + ",10.0.0.2".repeat(222)))
                .isEqualTo("10.0.0.1"); // cut to 03.0.113.1
    }

    @Test
    void headerThatIsNoAddressIsIgnored() {
        assertThat(behind.of("10.0.0.1", "unknown")).isEqualTo("10.0.0.1");
        assertThat(behind.of("10.0.0.1", "dead.beef")).isEqualTo("10.0.0.1");
        assertThat(behind.of("10.0.0.1", ".:")).isEqualTo("10.0.0.1");
        assertThat(behind.of("10.0.0.1", "")).isEqualTo("10.0.0.1");
        assertThat(behind.of("10.0.0.1", null)).isEqualTo("10.0.0.1");
        assertThat(behind.of("10.0.0.1", "1".repeat(10_000))).isEqualTo("10.0.0.1");
    }

    @Test
    void lineThatTheProxyAddsBelowTheClientsOwnCounts() {
        assertThat(behind.of(request("10.0.0.1", "1.1.1.1", "203.0.113.1"))).isEqualTo("203.0.113.1");
        assertThat(behind.of(request("192.0.2.7", "1.1.1.1", "203.0.113.1"))).isEqualTo("192.0.2.7");
        assertThat(behind.of(request("10.0.0.1"))).isEqualTo("10.0.0.1");
    }

    private static HttpServletRequest request(String peer, String... lines) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                ClientAddressTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getRemoteAddr" -> peer;
                    case "getHeaders" -> Collections.enumeration(List.of(lines));
                    case "getHeader" -> lines.length == 0 ? null : lines[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void networkIsAnIpv4AddressOrWhatACustomerHoldsOfIpv6Addresses() {
        assertThat(ClientAddress.network("192.0.2.7")).isEqualTo("192.0.2.7");
        assertThat(ClientAddress.network("2001:db8:1:2:3:4:5:6")).isEqualTo(ClientAddress.network("2001:db8:1:2::9"));
        assertThat(ClientAddress.network("fe80:0:0:0:1:2:3:4%eth0")).isEqualTo(ClientAddress.network("fe80::9"));
        assertThat(ClientAddress.network("2001:db8:1:3::1")).isEqualTo(ClientAddress.network("2001:db8:1:2::1"));
        assertThat(ClientAddress.network("2001:db8:1:103::1")).isNotEqualTo(ClientAddress.network("2001:db8:1:2::1"));
    }
}
