package io.confab.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.audit.AuditChain;
import io.confab.audit.AuditExport;
import io.confab.audit.AuditTrail;
import io.confab.audit.AuditVerification;
import io.confab.identity.Account;
import io.confab.identity.Actor;
import io.confab.identity.IdentityNode;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.ShownSettings;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who takes the audit trail away, page by page. */
class OversightTest {
    private static final AuditTrail.Filter ALL = new AuditTrail.Filter(null, null, null);

    private IdentityNode node;
    private Oversight oversight;

    @BeforeEach
    void start() {
        node = new IdentityNode("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        var trail = new AuditTrail(node.database);
        var door = new StaffDoor(node.console, node.accounts, new RoomList(node.database, node.clock));
        oversight = new Oversight(
                new AuditExport(trail),
                new AuditVerification(trail, new AuditChain(node.database, node.clock), node.database),
                new ShownSettings(List.of()),
                door);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** As the console's door let them in, which may be long ago. */
    private static StaffMember admitted(Account account, Actor actor) {
        return new StaffMember(account, actor.signIn(), actor.address(), Reach.ALL, false);
    }

    @Test
    void downloadEndsWithTheRoleTheSignInOrTheAccountHoweverItBegan() {
        Actor admin = node.actor(node.person(GlobalRole.ADMIN));
        for (String loss : List.of("role", "sign-in", "suspension")) {
            Account auditor = node.person(GlobalRole.AUDITOR);
            StaffMember reading = admitted(auditor, node.actor(auditor));
            assertThat(oversight.lines(reading, ALL, 0, 10)).as(loss).isInstanceOf(Outcome.Done.class);

            Outcome<?> lost = switch (loss) {
                case "role" -> node.acts.setRole(admin, auditor.id(), GlobalRole.MODERATOR, "a test");
                case "sign-in" -> node.acts.signOut(admin, auditor.id(), "a test");
                default -> node.acts.suspend(admin, auditor.id(), null, "a test");
            };

            assertThat(lost).isInstanceOf(Outcome.Done.class);
            assertThat(oversight.lines(reading, ALL, 0, 10)).as(loss).isEqualTo(Outcome.refused(Oversight.NOT_YOURS));
        }
    }
}
