package io.confab.report;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import org.jspecify.annotations.Nullable;

/** What a report and its case are about. */
public sealed interface Target {
    /** A message by its room and number. */
    record Message(RoomId room, long seq) implements Target {}

    /** A person as such. */
    record Person(UserId user) implements Target {}

    /** As the audit trail names it: by this, a target has one case. */
    default String key() {
        return switch (this) {
            case Message message -> message.room().value() + "/" + message.seq();
            case Person person -> person.user().value();
        };
    }

    /** From the columns of a case. */
    static Target of(@Nullable String room, @Nullable Long seq, String author) {
        return room == null || seq == null ? new Person(new UserId(author)) : new Message(new RoomId(room), seq);
    }
}
