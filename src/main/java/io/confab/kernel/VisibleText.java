package io.confab.kernel;

import java.util.Optional;

/**
 * What a reader can see of a text. Names (of people and of rooms) must show something, stay on one line and leave the
 * direction of the page around them alone; texts only have to show something. Lengths are in code points.
 *
 * <p>Blank or invisible are white space, control and format characters, the code points of Unicode's property
 * Default_Ignorable_Code_Point (DerivedCoreProperties.txt), U+2800, the braille cell without dots, and U+1D159, the note
 * without a head. What this JDK does not know yet counts as visible: the next Unicode's emoji are not refused.
 */
public final class VisibleText {
    /** First and last code point of each range of Default_Ignorable_Code_Point. */
    private static final int[] IGNORABLE = {
        0x00AD, 0x00AD, 0x034F, 0x034F, 0x061C, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B, 0x200F,
        0x202A, 0x202E, 0x2060, 0x206F, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0, 0xFFF0, 0xFFF8,
        0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF
    };

    private VisibleText() {}

    /** Whether a reader would see nothing at all. */
    public static boolean showsNothing(String text) {
        return text.codePoints().allMatch(VisibleText::isInvisible);
    }

    /**
     * The rule of names: 1 to {@code maxCodePoints} code points, at least one of them visible, on one line, without
     * characters that change the direction of text (U+202A to U+202E, U+2066 to U+2069). Holds for everybody, admins and
     * imports included.
     *
     * @param what which field, for the sentence: {@code display_name}
     */
    public static Optional<Refusal> nameProblem(String what, String name, int maxCodePoints) {
        Optional<Refusal> problem = lineProblem(what, name, maxCodePoints);
        return problem.isEmpty() && showsNothing(name) ? problem(what + " shows nothing") : problem;
    }

    /** The rule of topics and reasons: as names, but they may be empty. */
    public static Optional<Refusal> lineProblem(String what, String line, int maxCodePoints) {
        if (line.codePointCount(0, line.length()) > maxCodePoints) {
            return problem(what + " is longer than " + maxCodePoints + " characters");
        }
        if (line.codePoints().anyMatch(VisibleText::turnsDirection)) {
            return problem(
                    what + " holds a character that changes the direction of text (U+202A-U+202E, U+2066-U+2069)");
        }
        if (line.codePoints().anyMatch(VisibleText::breaksLine)) {
            return problem(what + " holds a line break or another control character");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> problem(String sentence) {
        return Optional.of(new Refusal.BadRequest(sentence));
    }

    private static boolean isInvisible(int codePoint) {
        return Character.isWhitespace(codePoint)
                || Character.isSpaceChar(codePoint)
                || Character.isISOControl(codePoint)
                || codePoint == 0x2800
                || codePoint == 0x1D159
                || isIgnorable(codePoint);
    }

    /** Whether a reader sees nothing of it, so that it hides in a word. */
    public static boolean isIgnorable(int codePoint) {
        return Character.getType(codePoint) == Character.FORMAT || isDefaultIgnorable(codePoint);
    }

    private static boolean isDefaultIgnorable(int codePoint) {
        for (int i = 0; i < IGNORABLE.length; i += 2) {
            if (codePoint >= IGNORABLE[i] && codePoint <= IGNORABLE[i + 1]) {
                return true;
            }
        }
        return false;
    }

    private static boolean turnsDirection(int codePoint) {
        return (codePoint >= 0x202A && codePoint <= 0x202E) || (codePoint >= 0x2066 && codePoint <= 0x2069);
    }

    private static boolean breaksLine(int codePoint) {
        return Character.isISOControl(codePoint) || codePoint == 0x2028 || codePoint == 0x2029;
    }
}
