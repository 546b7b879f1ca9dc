package io.confab.audit;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.kernel.VisibleText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One administrative act. Texts are cut to what their column holds; message texts never belong here.
 *
 * @param actor who acted; null: the server itself (first start)
 * @param act the word of an {@link AuditAct}, or one that a newer node wrote
 * @param target what it was done to: a user id, or {@code room/seq}
 * @param before how it stood, {@code null} when it did not exist
 * @param why the reason that was given
 * @param address where the actor's request came from
 */
public record AuditLine(
        @Nullable UserId actor,
        String act,
        String target,
        @Nullable String before,
        @Nullable String after,
        @Nullable String why,
        @Nullable String address) {
    /** Of a reason that somebody gives; what is longer is refused, not cut. */
    public static final int MAX_REASON_CHARS = 500;

    static final int MAX_STATE_CHARACTERS = 2000;
    static final int MAX_WHY_CHARACTERS = 1000;
    static final int MAX_ADDRESS_CHARACTERS = 64;

    public AuditLine {
        before = cut(before, MAX_STATE_CHARACTERS);
        after = cut(after, MAX_STATE_CHARACTERS);
        why = cut(why, MAX_WHY_CHARACTERS);
        address = cut(address, MAX_ADDRESS_CHARACTERS);
    }

    public AuditLine(
            @Nullable UserId actor,
            AuditAct act,
            String target,
            @Nullable String before,
            @Nullable String after,
            @Nullable String why,
            @Nullable String address) {
        this(actor, act.word(), target, before, after, why, address);
    }

    /** Why this cannot be the reason of an act: too long, or it would turn or break the line around it. Null: none was given. */
    public static Optional<Refusal> reasonProblem(@Nullable String why) {
        return why == null ? Optional.empty() : VisibleText.lineProblem("the reason", why, MAX_REASON_CHARS);
    }

    private static @Nullable String cut(@Nullable String text, int maxCharacters) {
        if (text == null || text.length() <= maxCharacters) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(maxCharacters - 1)) ? maxCharacters - 1 : maxCharacters;
        return text.substring(0, end);
    }
}
