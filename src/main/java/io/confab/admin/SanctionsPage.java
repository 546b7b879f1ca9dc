package io.confab.admin;

import io.confab.audit.SanctionHistory;
import io.confab.identity.Account;
import io.confab.kernel.Ids;
import io.confab.kernel.UserId;
import io.confab.moderation.SanctionList;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Mutes, bans and suspensions, those that run and those that are over; all that is asked stands in the address. */
@Named
@RequestScoped
public class SanctionsPage {
    private static final int ROWS = 25;
    private static final UserId NOBODY = new UserId("u_nobody");

    @Inject
    private Console console;

    @Inject
    private Door door;

    private boolean over;
    private String kind = "";
    private String who = "";
    private String after = "";
    private SanctionList.@Nullable Page page;

    @PostConstruct
    void readAddress() {
        over = door.parameter("show").equals("over");
        kind = door.parameter("kind");
        who = door.parameter("who").strip();
        after = door.parameter("after");
    }

    private SanctionList.Page page() {
        if (page == null) {
            page = console.sanctions().page(new SanctionList.Query(over, theKind(), thePerson()), after, ROWS);
        }
        return page;
    }

    private SanctionHistory.@Nullable Kind theKind() {
        return Stream.of(SanctionHistory.Kind.values())
                .filter(each -> each.word().equals(kind))
                .findFirst()
                .orElse(null);
    }

    /** Somebody who is not there has none. Null: everybody's are asked for. */
    private @Nullable UserId thePerson() {
        if (who.isEmpty()) {
            return null;
        }
        Optional<UserId> byName = console.accounts().findByUsername(who).map(Account::id);
        return byName.orElseGet(() -> Ids.isId(who) ? new UserId(who) : NOBODY);
    }

    public List<SanctionList.Row> getRows() {
        return page().rows();
    }

    /** Where the next page begins; empty: there is none. */
    public String getNext() {
        return page().next();
    }

    public boolean isFirst() {
        return after.isEmpty();
    }

    /** The act that lifts it. */
    public String lift(SanctionList.Row row) {
        return switch (row.kind()) {
            case MUTE -> "/admin/act?do=unmute&room=" + row.room() + "&user=" + row.user();
            case BAN -> "/admin/act?do=unban&room=" + row.room() + "&user=" + row.user();
            case SUSPENSION -> "/admin/act?do=unsuspend&user=" + row.user();
        };
    }

    public SanctionHistory.Kind[] getKinds() {
        return SanctionHistory.Kind.values();
    }

    public boolean isOver() {
        return over;
    }

    public String getKind() {
        return kind;
    }

    public String getWho() {
        return who;
    }
}
