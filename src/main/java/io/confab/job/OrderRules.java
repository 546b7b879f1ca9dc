package io.confab.job;

import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.VisibleText;
import io.confab.moderation.RoomActs;
import io.confab.room.BodyRules;
import io.confab.room.Checked;
import io.confab.room.MessageBody;
import io.confab.room.RoomRules;
import java.time.Duration;
import java.util.Optional;

/** What an order must be like, whoever gives it. */
record OrderRules(RoomRules rooms) {
    private static final Duration LONGEST_MUTE = Duration.ofDays(365);

    /** Why it is not given by hand; empty: it may be. The ids of what was decided are known before it is ordered. */
    static Optional<Refusal> byHand(Jobs.Order order) {
        return DecidedJobs.isDecided(order.id())
                ? Optional.of(new Refusal.BadRequest("an idempotency key that begins with " + DecidedJobs.PREFIX
                        + " is a decision's; take another one"))
                : Optional.empty();
    }

    /** Why nobody may give it; empty: it is well-formed. */
    Optional<Refusal> problem(Jobs.Order order) {
        if (!Ids.isCid(order.id())) {
            return Optional.of(new Refusal.BadRequest("the idempotency key must be 1 to 64 of [A-Za-z0-9_-]"));
        }
        Optional<Refusal> words = RoomActs.reasonProblem(order.why())
                .or(() -> order.told().isEmpty()
                        ? Optional.empty()
                        : VisibleText.lineProblem("what the rooms are told", order.told(), RoomRules.MAX_REASON_CHARS));
        return words.or(() -> switch (order.task()) {
            case Task.Deletion deletion -> problem(deletion);
            case Task.Restoration ignored -> Optional.empty();
            case Task.Announcement announcement -> problem(announcement);
        });
    }

    private static Optional<Refusal> problem(Task.Deletion deletion) {
        if (!Task.Deletion.isInBounds(deletion.back())) {
            return Optional.of(new Refusal.BadRequest("messages are deleted of the last minute to the last "
                    + Task.Deletion.MOST_BACK.toDays() + " days"));
        }
        if (deletion.user() == null) {
            return deletion.mute().isZero()
                    ? Optional.empty()
                    : Optional.of(new Refusal.BadRequest("whoever is to be muted must be named"));
        }
        return deletion.mute().compareTo(Task.Deletion.LEAST_MUTE) < 0
                        || deletion.mute().compareTo(LONGEST_MUTE) > 0
                ? Optional.of(new Refusal.BadRequest("a person is muted first, for an hour to " + LONGEST_MUTE.toDays()
                        + " days, so that nothing slips in"))
                : Optional.empty();
    }

    private Optional<Refusal> problem(Task.Announcement announcement) {
        String text = announcement.text();
        if (text.codePointCount(0, text.length()) > Task.Announcement.MOST_CHARS) {
            return Optional.of(new Refusal.TooLarge(
                    "an announcement has at most " + Task.Announcement.MOST_CHARS + " characters"));
        }
        if (announcement.everywhere() != announcement.rooms().isEmpty()
                || announcement.rooms().size() > Task.Announcement.MOST_ROOMS) {
            return Optional.of(new Refusal.BadRequest(
                    "name 1 to " + Task.Announcement.MOST_ROOMS + " rooms, or none when it is for all"));
        }
        return switch (body(text, rooms)) {
            case Checked.Valid<MessageBody> ignored -> Optional.empty();
            case Checked.Invalid<MessageBody>(Refusal refusal) -> Optional.of(refusal);
        };
    }

    /** What stands in the rooms. */
    static Checked<MessageBody> body(String text, RoomRules rules) {
        return BodyRules.check(Json.object().put("type", MessageBody.TEXT).put("text", text), rules);
    }
}
