package io.confab.identity;

/**
 * Where a login comes from.
 *
 * @param client what the client says it is (its {@code User-Agent}); cut to 100 characters, control characters removed
 * @param address its network address as {@link ClientAddress} finds it, at most 64 characters
 */
public record Device(String client, String address) {
    private static final int MAX_CLIENT = 100;
    private static final int MAX_ADDRESS = 64;

    public Device {
        client = cut(client.replaceAll("\\p{Cntrl}", ""), MAX_CLIENT);
        address = cut(address, MAX_ADDRESS);
    }

    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
    }
}
