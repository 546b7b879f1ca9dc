package io.confab.admin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How pages write times and other people's texts. */
@Named
@ApplicationScoped
public class Texts {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss z", Locale.ENGLISH);
    private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");

    private ConsoleSettings settings;
    private @Nullable ViewerZone viewer;
    private Clock clock;

    @SuppressWarnings("NullAway.Init")
    protected Texts() {} // for the CDI proxy

    /** For no reader in particular. */
    Texts(ConsoleSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Inject
    public Texts(ConsoleSettings settings, ViewerZone viewer, Clock clock) {
        this.settings = settings;
        this.viewer = viewer;
        this.clock = clock;
    }

    /** {@code 2026-11-25 05:14:26 UTC}, in the reader's zone; empty for none. */
    public String time(@Nullable Instant instant) {
        return instant == null ? "" : SHOWN.format(instant.atZone(zone()));
    }

    /** What is pushed to all readers alike is in the zone of {@code confab.console.zone}. */
    private ZoneId zone() {
        return viewer == null || FacesContext.getCurrentInstance() == null ? settings.zone() : viewer.getZone();
    }

    /** For a sanction: when it ends. */
    public String until(@Nullable Instant instant) {
        return instant == null || far(instant) ? "until lifted" : "until " + time(instant);
    }

    /** Nobody knows when: it ends when it is lifted. */
    public boolean far(Instant end) {
        return end.isAfter(FAR);
    }

    /** ISO-8601 with milliseconds, as the database has it. */
    public String exact(@Nullable Instant instant) {
        return instant == null ? "" : instant.toString();
    }

    public boolean runs(@Nullable Instant end) {
        return end != null && clock.instant().isBefore(end);
    }

    public String word(@Nullable Enum<?> constant) {
        return constant == null ? "" : constant.name().toLowerCase(Locale.ROOT);
    }

    /** With characters that turn the direction of text, or break the line, made visible: for what must be read exactly. */
    public String plain(@Nullable String text) {
        if (text == null) {
            return "";
        }
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (turns(c) || Character.isISOControl(c)) {
                shown.append(String.format(Locale.ROOT, "\u27E8U+%04X\u27E9", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    /** Likewise, of a text that has lines. */
    public String plainLines(@Nullable String text) {
        return text == null ? "" : text.lines().map(this::plain).collect(Collectors.joining("\n"));
    }

    private static boolean turns(int c) {
        return (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0x200E
                || c == 0x200F
                || c == 0x061C;
    }
}
