package io.confab.room;

/**
 * Whether a text shows anything. Invisible are: white space and line breaks, control characters, format characters, and
 * the code points that renderers leave out or draw as nothing.
 *
 * <p>Sources: Unicode 16.0 {@code DerivedCoreProperties.txt}, property {@code Default_Ignorable_Code_Point} (the table
 * below, in full); the letters and symbols that are drawn blank though they are not ignorable: U+2800 BRAILLE PATTERN
 * BLANK, U+1D159 MUSICAL SYMBOL NULL NOTEHEAD (U+115F, U+1160, U+3164 and U+FFA0, the Hangul fillers, are in the table).
 * What this JDK does not know yet counts as visible: the next Unicode's emoji must not be refused.
 */
final class Visible {
    /** Pairs: first and last code point of each range, ascending. */
    private static final int[] DEFAULT_IGNORABLE = {
        0x00AD, 0x00AD, 0x034F, 0x034F, 0x061C, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B, 0x200F,
        0x202A, 0x202E, 0x2060, 0x206F, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0, 0xFFF0, 0xFFF8,
        0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF
    };

    private static final int BRAILLE_BLANK = 0x2800;
    private static final int NULL_NOTEHEAD = 0x1D159;

    private Visible() {}

    static boolean hasVisible(String text) {
        return text.codePoints().anyMatch(Visible::isVisible);
    }

    static boolean isVisible(int codePoint) {
        if (codePoint == BRAILLE_BLANK || codePoint == NULL_NOTEHEAD || isDefaultIgnorable(codePoint)) {
            return false;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    private static boolean isDefaultIgnorable(int codePoint) {
        for (int i = 0; i < DEFAULT_IGNORABLE.length; i += 2) {
            if (codePoint < DEFAULT_IGNORABLE[i]) {
                return false;
            }
            if (codePoint <= DEFAULT_IGNORABLE[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
