package io.confab.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A page of the console and who gets it: {@link #ALL} is the list, and a page of {@code admin-ui} that does not stand there
 * fails a test.
 *
 * @param name of its file
 * @param parameters of its address; {@code ROOM}, {@code USER}, {@code CASE}, {@code JOB} and {@code LIST} stand for ids, {@code SEQ} for a message's number in the room
 * @param opens whom it is shown to; the others are sent to sign in, or told that it is not for their role
 */
public record ConsolePage(String name, String parameters, Set<Visitor> opens) {
    /** As whom somebody comes. */
    public enum Visitor {
        ADMIN,
        MODERATOR,
        AUDITOR,
        ROOM_MODERATOR,
        /** An account that is neither staff nor moderates a room, with the cookie of the session it had before. */
        USER,
        NOBODY;

        public boolean isIn() {
            return this != USER && this != NOBODY;
        }
    }

    private static final Set<Visitor> ADMINS = EnumSet.of(Visitor.ADMIN);
    private static final Set<Visitor> OVERSEEING = EnumSet.of(Visitor.ADMIN, Visitor.AUDITOR);
    private static final Set<Visitor> STAFF = EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR, Visitor.AUDITOR);
    private static final Set<Visitor> ALL_IN = EnumSet.range(Visitor.ADMIN, Visitor.ROOM_MODERATOR);
    private static final Set<Visitor> OUTSIDE = EnumSet.of(Visitor.USER, Visitor.NOBODY);

    /** Acts have a list of their own, with one page for all of them. */
    public static final String ACTS = "act";

    public static final List<ConsolePage> ALL = List.of(
            new ConsolePage("announce", "", ADMINS),
            new ConsolePage("audit", "", STAFF),
            new ConsolePage("deletion", "?user=USER", EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR)),
            new ConsolePage("delivery", "?room=ROOM&seq=SEQ", STAFF),
            new ConsolePage("error", "", STAFF),
            new ConsolePage("factor", "", ALL_IN),
            new ConsolePage("health", "", STAFF),
            new ConsolePage("invites", "", ADMINS),
            new ConsolePage("job", "?id=JOB", STAFF),
            new ConsolePage("jobs", "", STAFF),
            new ConsolePage("node", "?do=close_sockets&user=USER", ADMINS),
            new ConsolePage("nodes", "", ADMINS),
            new ConsolePage("overview", "", STAFF),
            new ConsolePage("people", "?list=LIST", STAFF),
            new ConsolePage("queue", "", ALL_IN),
            new ConsolePage("report", "?id=CASE", ALL_IN),
            new ConsolePage("room", "?id=ROOM", ALL_IN),
            new ConsolePage(
                    "roomact",
                    "?do=mode&room=ROOM",
                    EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR, Visitor.ROOM_MODERATOR)),
            new ConsolePage("rooms", "", ALL_IN),
            new ConsolePage("rule", "?kind=words", ADMINS),
            new ConsolePage("rules", "", STAFF),
            new ConsolePage("sanctions", "", STAFF),
            new ConsolePage("search", "", EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR)),
            new ConsolePage("sessions", "?who=USER", STAFF),
            new ConsolePage("settings", "", OVERSEEING),
            new ConsolePage("setup", "", EnumSet.noneOf(Visitor.class)), // once there is an admin
            new ConsolePage("signin", "", OUTSIDE),
            new ConsolePage("templates", "", STAFF),
            new ConsolePage("user", "?id=USER", STAFF),
            new ConsolePage("users", "", STAFF),
            new ConsolePage("zone", "", ALL_IN));

    /** What is no page and lies behind the same door. */
    public static final List<ConsolePage> DOWNLOADS =
            List.of(new ConsolePage("audit.csv", "", OVERSEEING), new ConsolePage("audit.json", "", OVERSEEING));

    /** The pages that there are, from their files. */
    public static Set<String> files() {
        try (var files = Files.list(Path.of("admin-ui"))) {
            var names = new TreeSet<String>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".xhtml"))
                    .forEach(name -> names.add(name.substring(0, name.length() - ".xhtml".length())));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
