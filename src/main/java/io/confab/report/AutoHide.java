package io.confab.report;

import io.confab.identity.Outcome;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Hides a message that many, or the right people, have reported, until somebody has looked: in the server's name, once in a
 * round of its case, with its audit line. Who disagrees with the reports brings it back by that. Thread-safe.
 */
@Singleton
public class AutoHide {
    private static final System.Logger LOG = System.getLogger(AutoHide.class.getName());
    private static final String HEAVY =
            CaseRow.SELECT + " where c.target = ? and c.state <> 'closed' and c.score >= ?"; // unique target

    private final Reads reads;
    private final RoomActs acts;
    private final int score;

    @Inject
    public AutoHide(Database database, RoomActs acts, ReportSettings settings) {
        this.reads = database.reads();
        this.acts = acts;
        this.score = settings.hideScore();
    }

    /** After each report of a message: hides it when its case has come to the score. What fails, the next report tries again. */
    void reported(Target.Message message) {
        if (score > 0) {
            reads.query(jdbc -> {
                        Optional<CaseRow> heavy = Sql.first(jdbc, HEAVY, CaseRow::of, message.key(), score);
                        boolean stands = heavy.isPresent()
                                && !Scene.read(jdbc, heavy.get()).deleted();
                        return stands ? heavy : Optional.<CaseRow>empty();
                    })
                    .ifPresent(about -> hide(message.room(), message.seq(), about));
        }
    }

    private void hide(RoomId room, long seq, CaseRow about) {
        String why = "reported, score " + about.score();
        var act = RoomActs.Act.byServer(room, why, null, "hide-" + about.id() + "-" + about.round(), null);
        if (acts.hide(act, seq) instanceof Outcome.Refused<Answer.Accepted> refused) {
            LOG.log(
                    Level.WARNING,
                    "{0}/{1} was not hidden: {2}",
                    room,
                    seq,
                    refused.refusal().message());
        }
    }
}
