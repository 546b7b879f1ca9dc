package io.confab.admin;

import io.confab.directory.Pins;
import io.confab.identity.Account;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is pinned in the room that a page shows, and who pinned it when; what it says only where messages may be shown. */
@Named
@RequestScoped
public class RoomPins {
    @Inject
    private RoomPage page;

    @Inject
    private Console console;

    private @Nullable List<Row> rows;

    /**
     * @param by who pinned it
     * @param said null: not to be shown, or too long for this list
     */
    public record Row(
            long seq, UserId by, String username, String displayName, Instant at, RoomPage.@Nullable Said said) {}

    /** What was pinned last first. */
    public List<Row> getRows() {
        if (rows == null) {
            rows = read();
        }
        return rows;
    }

    private List<Row> read() {
        List<Pins.Pin> pins = console.pins().of(new RoomId(page.getId()));
        var people = new HashMap<UserId, Account>();
        console.accounts()
                .find(pins.stream().map(Pins.Pin::by).distinct().toList())
                .forEach(account -> people.put(account.id(), account));
        Map<Long, RoomPage.Said> said = new HashMap<>();
        if (page.isOpen()) {
            var messages = pins.stream()
                    .map(Pins.Pin::message)
                    .filter(Objects::nonNull)
                    .toList();
            RoomPage.said(console, messages).forEach(each -> said.put(each.seq(), each));
        }
        return pins.stream()
                .map(pin -> row(pin, people.get(pin.by()), said.get(pin.seq())))
                .toList();
    }

    private static Row row(Pins.Pin pin, @Nullable Account by, RoomPage.@Nullable Said said) {
        return new Row(
                pin.seq(),
                pin.by(),
                by == null ? "" : by.username(),
                by == null ? "" : by.displayName(),
                pin.at(),
                said);
    }
}
