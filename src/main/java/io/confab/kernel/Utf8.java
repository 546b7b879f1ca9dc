package io.confab.kernel;

/** The form in which texts travel (RFC 3629). */
public final class Utf8 {
    private Utf8() {}

    /** Bytes of a text without lone surrogates, without encoding it. */
    public static int length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2; // a surrogate pair: two chars, four bytes
            }
        }
        return bytes;
    }
}
