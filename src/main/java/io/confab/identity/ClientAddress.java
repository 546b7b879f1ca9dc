package io.confab.identity;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from: the peer of its connection, or, when that is one of {@code confab.proxies}, the last entry
 * of {@code X-Forwarded-For} that is not such a proxy itself. From any other peer that header is a claim of the client
 * and is ignored. However it is written there, an address is given as {@link InetAddress#getHostAddress} writes it, as the
 * container does for a peer: one text for one address, of less than 64 characters. Thread-safe.
 */
@Singleton
public class ClientAddress {
    private static final int MAX_HEADER = 2_000;
    private static final int NETWORK_BYTES = 56 / 8;

    private final List<AddressBlock> proxies;

    @Inject
    public ClientAddress(IdentitySettings settings) {
        this(settings.proxies());
    }

    ClientAddress(List<AddressBlock> proxies) {
        this.proxies = proxies;
    }

    /** Where this request comes from. */
    public String of(HttpServletRequest request) {
        // all lines: a balancer may add one of its own below the client's
        String forwardedFor = String.join(",", Collections.list(request.getHeaders("X-Forwarded-For")));
        return of(request.getRemoteAddr(), forwardedFor.isEmpty() ? null : forwardedFor);
    }

    /** @param forwardedFor the {@code X-Forwarded-For} header, its values joined by commas */
    String of(String peer, @Nullable String forwardedFor) {
        if (forwardedFor == null
                || AddressBlock.address(withoutZone(peer)).filter(this::isProxy).isEmpty()) {
            return peer;
        }
        // a client may put as much in front as it likes, and what proxies add stands last; the first piece may be half
        // an entry
        int cut = Math.max(0, forwardedFor.length() - MAX_HEADER);
        List<String> hops = Arrays.stream(forwardedFor.substring(cut).split(","))
                .skip(cut > 0 ? 1 : 0)
                .map(String::strip)
                .toList();
        for (String hop : hops.reversed()) {
            Optional<InetAddress> address = AddressBlock.address(hop);
            if (address.isEmpty()) {
                return peer;
            }
            if (!isProxy(address.get())) {
                return address.get().getHostAddress();
            }
        }
        return peer;
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(block -> block.contains(address));
    }

    /** A link-local peer has one ({@code fe80::1%eth0}): it means something on this machine only, so no header may. */
    private static String withoutZone(String peer) {
        int zone = peer.indexOf('%');
        return zone < 0 ? peer : peer.substring(0, zone);
    }

    /** What one customer usually holds: an IPv4 address, the first 56 bits of an IPv6 address (RIPE-690: a /56 or more). */
    public static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        return AddressBlock.address(withoutZone(address))
                .map(InetAddress::getAddress)
                .filter(bytes -> bytes.length == 16)
                .map(bytes -> HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES))
                .orElse(address); // an IPv4 address in IPv6 form, or no address at all: a key like any other
    }
}
