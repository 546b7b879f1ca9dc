package io.confab.room;

import io.confab.kernel.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rules of messages. To write (send, edit) one must not be muted and, in a read-only room, must moderate; sending also
 * waits for slow mode, from which who moderates is exempt.
 */
final class Speech {
    private static final Refusal NO_SUCH_MESSAGE = new Refusal.NotFound("no such message in this room");

    private Speech() {}

    static Decision post(Situation s, RoomCommand.PostMessage post) {
        Optional<Refusal> refusal = silenced(s)
                .or(() -> tooSoon(s))
                .or(() -> missing(s, post.replyTo()))
                .or(() -> missing(s, post.thread()));
        return refusal.map(Decision::refused)
                .orElseGet(() -> Decision.happens(new RoomEvent.MessagePosted(
                        post.body(), post.replyTo(), post.thread(), mentions(s, post.body()))));
    }

    /** Whatever the room's mode: who orders it stands above the room's moderators. */
    static Decision announce(Situation s, RoomCommand.Announce announce) {
        return s.global()
                ? Decision.happens(new RoomEvent.MessagePosted(announce.body(), null, null, List.of()))
                : Decision.refused(new Refusal.Forbidden("only the server announces"));
    }

    /** A deleted message can be edited by nobody ({@code not_found}), another's neither ({@code forbidden}). */
    static Decision edit(Situation s, RoomCommand.EditMessage edit, Duration window) {
        Optional<Refusal> silenced = silenced(s);
        if (silenced.isPresent()) {
            return Decision.refused(silenced.get());
        }
        Facts.Message message = s.facts().messages().get(edit.seq());
        if (message == null || message.deleted()) {
            return Decision.refused(NO_SUCH_MESSAGE);
        }
        if (!message.by().equals(s.sender())) {
            return Decision.refused(new Refusal.Forbidden("only its author may edit a message"));
        }
        if (edit.body().equals(message.body())) {
            return new Decision.Already(s.room().head());
        }
        if (!window.isZero() && s.at().isAfter(message.ts().plus(window))) {
            return Decision.refused(new Refusal.EditWindowClosed(
                    "a message may be edited for " + window.toSeconds() + " s after it was sent"));
        }
        return Decision.happens(new RoomEvent.MessageEdited(edit.seq(), edit.body(), mentions(s, edit.body())));
    }

    static Optional<Refusal> silenced(Situation s) {
        Membership sender = s.facts().sender();
        if (sender.isMutedAt(s.at())) {
            return Optional.of(Sanctions.muted(sender));
        }
        if (s.room().mode() == RoomMode.READONLY && !s.moderatesHere() && !s.isStaff()) {
            return Optional.of(new Refusal.Forbidden("the room is read-only: only its moderators write"));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> tooSoon(Situation s) {
        Instant last = s.facts().sender().lastSentAt();
        Duration slowMode = s.room().slowMode();
        if (slowMode.isZero() || last == null || s.moderatesHere() || s.isStaff()) {
            return Optional.empty();
        }
        Instant next = last.plus(slowMode);
        return s.at().isBefore(next)
                ? Optional.of(new Refusal.SlowMode(
                        "slow mode: one message in " + slowMode.toMillis() + " ms", Duration.between(s.at(), next)))
                : Optional.empty();
    }

    /** A message may be answered though it is deleted: its thread lives on. */
    private static Optional<Refusal> missing(Situation s, @Nullable Long seq) {
        return seq == null || s.facts().messages().containsKey(seq) ? Optional.empty() : Optional.of(NO_SUCH_MESSAGE);
    }

    private static List<Mention> mentions(Situation s, MessageBody body) {
        return Mentions.resolve(body.text(), s.facts().mentioned());
    }
}
