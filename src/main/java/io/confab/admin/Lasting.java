package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long a mute, ban or suspension lasts: the least harsh first. */
public enum Lasting {
    TEN_MINUTES("10 minutes", Duration.ofMinutes(10)),
    ONE_HOUR("1 hour", Duration.ofHours(1)),
    ONE_DAY("1 day", Duration.ofDays(1)),
    SEVEN_DAYS("7 days", Duration.ofDays(7)),
    UNTIL_LIFTED("until lifted", null),
    UNTIL_MORNING("until tomorrow 09:00", null),
    UNTIL_TIME("until a time that you name", null);

    /** Those that mean the same in every zone. */
    static final List<Lasting> WITHOUT_ZONE = List.of(TEN_MINUTES, ONE_HOUR, ONE_DAY, SEVEN_DAYS, UNTIL_LIFTED);

    private final String label;
    private final @Nullable Duration time;

    Lasting(String label, @Nullable Duration time) {
        this.label = label;
        this.time = time;
    }

    public String label() {
        return label;
    }

    /**
     * Of {@link #WITHOUT_ZONE}. A day is 24 hours. Null: until lifted.
     *
     * @throws IllegalStateException for the others, which end at a time of some zone
     */
    @Nullable
    Instant from(Instant now) {
        if (!WITHOUT_ZONE.contains(this)) {
            throw new IllegalStateException(label + " needs a zone");
        }
        return time == null ? null : now.plus(time);
    }

    /**
     * When it ends. A day is 24 hours, whatever clocks do meanwhile. Refused with {@code bad_request}: a time was named that
     * this does not mean, or none where it does.
     *
     * @param wall the time that was named, in this zone, see {@link Moments#read}; blank: none
     */
    Outcome<End> end(Instant now, ZoneId zone, String wall) {
        if (this != UNTIL_TIME && !wall.isBlank()) {
            return Outcome.refused(new Refusal.BadRequest("you named a time and chose \"" + label + "\": choose \""
                    + UNTIL_TIME.label + "\", or empty the time"));
        }
        return switch (this) {
            case TEN_MINUTES, ONE_HOUR, ONE_DAY, SEVEN_DAYS, UNTIL_LIFTED -> Outcome.done(new End(from(now)));
            case UNTIL_MORNING -> Outcome.done(new End(Moments.tomorrowMorning(now, zone)));
            case UNTIL_TIME ->
                Moments.read(wall, zone)
                        .map(until -> Outcome.done(new End(until)))
                        .orElseGet(
                                () -> Outcome.refused(new Refusal.BadRequest("say until when, as 2026-11-27T09:00")));
        };
    }

    /** @param at null: until lifted */
    record End(@Nullable Instant at) {}
}
