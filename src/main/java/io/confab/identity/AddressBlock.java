package io.confab.identity;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IP addresses that begin with the same bits (RFC 4632, RFC 4291 section 2.3): {@code 10.0.0.8/30}, {@code fe80::/10}, or one
 * alone, in whatever form it is written. No name is ever looked up.
 *
 * @param prefix the bits that they share, as a number
 * @param bits how many those are
 * @param width bits of a whole address: 32 or 128
 */
record AddressBlock(BigInteger prefix, int bits, int width) {
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern MAY_BE_IPV6 = Pattern.compile("(?=.*:)[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}");
    private static final Pattern LENGTH = Pattern.compile("[1-9]\\d{0,2}");

    /** An address, or an address, a slash and the number of bits that count; empty when it is neither. */
    static Optional<AddressBlock> of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return address(text).map(InetAddress::getAddress).map(address -> first(address, 8 * address.length));
        }
        String length = text.substring(slash + 1);
        if (!LENGTH.matcher(length).matches()) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(length);
        return address(text.substring(0, slash))
                .map(InetAddress::getAddress)
                .filter(address -> bits <= 8 * address.length)
                .map(address -> first(address, bits));
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return 8 * bytes.length == width && first(bytes, bits).equals(this);
    }

    private static AddressBlock first(byte[] address, int bits) {
        int width = 8 * address.length;
        return new AddressBlock(new BigInteger(1, address).shiftRight(width - bits), bits, width);
    }

    /** An address without a zone; an IPv4 address in IPv6 form ({@code ::ffff:10.0.0.1}) is an IPv4 address. */
    static Optional<InetAddress> address(String text) {
        if (!IPV4.matcher(text).matches() && !MAY_BE_IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text)); // of either form: no name is looked up
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
