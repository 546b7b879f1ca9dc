package io.confab.admin;

import io.confab.identity.Account;
import io.confab.kernel.UserId;
import io.confab.rule.RuleRow;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All rules, with how much they meet. All staff read them, admins change them. */
@Named
@RequestScoped
public class RulesPage {
    static final int MOST_COUNTED = 1_000;
    static final Duration LATELY = Duration.ofDays(7);

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    private final Map<UserId, String> names = new HashMap<>();
    private @Nullable List<Line> lines;

    /** Called before the page is built. */
    public void load() {
        if (!staff.isEverywhere()) {
            door.forbidden();
        }
    }

    /** A rule in the list. */
    public record Line(
            String id,
            String name,
            String meets,
            String does,
            String mode,
            String tone,
            boolean inTrouble,
            String hits,
            String changedBy,
            String changedByName,
            Instant changedAt) {}

    public List<Line> getLines() {
        List<Line> known = lines;
        if (known == null) {
            known = console.rules().list().stream().map(this::line).toList();
            lines = known;
        }
        return known;
    }

    private Line line(RuleRow rule) {
        long hits = console.ruleHits().lately(rule.id(), door.now().minus(LATELY), MOST_COUNTED + 1);
        return new Line(
                rule.id(),
                rule.definition().name(),
                RuleWords.kind(rule.definition().trigger().kind()) + ": "
                        + RuleWords.meets(rule.definition().trigger()),
                RuleWords.does(rule.definition()),
                RuleWords.mode(rule.mode()),
                RuleWords.tone(rule.mode()),
                rule.trouble() != null,
                counted(hits),
                rule.changedBy().value(),
                names.computeIfAbsent(rule.changedBy(), this::username),
                rule.changedAt());
    }

    static String counted(long hits) {
        return hits > MOST_COUNTED ? MOST_COUNTED + "+" : Long.toString(hits);
    }

    private String username(UserId user) {
        return console.accounts().find(user).map(Account::username).orElse("");
    }
}
