package io.confab.identity;

import static io.confab.identity.IdentityNode.LAPTOP;
import static io.confab.identity.IdentityNode.PASSWORD;
import static io.confab.identity.IdentityNode.caller;
import static io.confab.identity.IdentityNode.done;
import static io.confab.identity.IdentityNode.freshName;
import static io.confab.identity.IdentityNode.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.audit.AuditTrail;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What identity promises, on whichever database: two nodes, one store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class IdentityContract {
    private static final Map<String, String> AT_MOST_TWO = Map.of("confab.sign-in.max-per-account", "2");

    private IdentityNode n1;
    private IdentityNode n2;

    /** The URL of an empty database. */
    abstract String url() throws Exception;

    @BeforeAll
    void startTwoNodes() throws Exception {
        String url = url();
        n1 = new IdentityNode(url);
        n2 = new IdentityNode(url);
    }

    @AfterAll
    void stop() {
        n1.close();
        n2.close();
    }

    @Test
    void registeredPersonLogsInWhateverTheCase() {
        String name = freshName();
        done(n1.accounts.register(
                new Accounts.Registration(name.toUpperCase(Locale.ROOT), PASSWORD, "Ann 😀", null), "192.0.2.1"));

        SignIns.Session session = done(n2.login(name.toUpperCase(Locale.ROOT), PASSWORD, LAPTOP));

        assertThat(session.user().username()).isEqualTo(name);
        assertThat(session.user().displayName()).isEqualTo("Ann 😀");
        assertThat(n1.verify(session)).isInstanceOf(AccessTokens.Verified.Valid.class);
    }

    @Test
    void usernameIsTakenOnceThoughTwoNodesAreAskedAtOnce() throws Exception {
        String name = freshName();

        List<Outcome<Account>> outcomes = atOnce(
                () -> n1.accounts.register(new Accounts.Registration(name, PASSWORD, null, null), "192.0.2.1"),
                () -> n2.accounts.register(new Accounts.Registration(name, PASSWORD, null, null), "192.0.2.1"));

        assertThat(outcomes).filteredOn(Outcome.Done.class::isInstance).hasSize(1);
        assertThat(outcomes)
                .filteredOn(Outcome.Refused.class::isInstance)
                .singleElement()
                .satisfies(outcome -> assertThat(refused(outcome)).isInstanceOf(Refusal.Conflict.class));
    }

    @Test
    void displayNameOf64CharactersBeyondTheBasicPlaneIsStored() {
        String name = "😀".repeat(64);

        Account account =
                done(n1.accounts.register(new Accounts.Registration(freshName(), PASSWORD, name, null), "192.0.2.1"));

        assertThat(n2.accounts.find(account.id()))
                .get()
                .extracting(Account::displayName)
                .isEqualTo(name);
    }

    @Test
    void wrongPasswordAndUnknownNameAreAlike() {
        Account person = n1.person();

        Refusal wrong = refused(n1.login(person.username(), "another password", LAPTOP));
        Refusal unknown = refused(n1.login(freshName(), "another password", LAPTOP));

        assertThat(wrong).isInstanceOf(Refusal.Unauthorized.class).isEqualTo(unknown);
    }

    @Test
    void refreshTokenWorksOnceAndItsSuccessorNext() {
        SignIns.Session first = n1.login(n1.person());

        SignIns.Session second = done(n2.signIns.refresh(first.refresh()));
        SignIns.Session third = done(n1.signIns.refresh(second.refresh()));

        assertThat(third.refresh()).isNotIn(first.refresh(), second.refresh());
        assertThat(third.signIn()).isEqualTo(first.signIn());
        assertThat(n2.verify(third)).isInstanceOf(AccessTokens.Verified.Valid.class);
    }

    @Test
    void lostAnswerIsGivenAgainWithinTheGrace() {
        SignIns.Session first = n1.login(n1.person());
        SignIns.Session lost = done(n1.signIns.refresh(first.refresh()));
        n1.rotatedEarlier(lost, Duration.ofSeconds(25));

        SignIns.Session again = done(n2.signIns.refresh(first.refresh()));

        assertThat(again.refresh()).isEqualTo(lost.refresh());
        assertThat(done(n1.signIns.refresh(again.refresh())).refresh()).isNotEqualTo(again.refresh());
    }

    @Test
    void reuseAfterTheGraceEndsTheFamily() {
        SignIns.Session first = n1.login(n1.person());
        SignIns.Session second = done(n1.signIns.refresh(first.refresh()));
        n1.rotatedEarlier(second, Duration.ofSeconds(31));

        Refusal reuse = refused(n1.signIns.refresh(first.refresh()));

        assertThat(reuse).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refused(n2.signIns.refresh(second.refresh()))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(n1.verify(second)).isInstanceOf(AccessTokens.Verified.Invalid.class);
    }

    @Test
    void reuseOfATokenWhoseSuccessorWasUsedEndsTheFamilyWithinTheGraceToo() {
        SignIns.Session first = n1.login(n1.person());
        SignIns.Session second = done(n1.signIns.refresh(first.refresh()));
        SignIns.Session third = done(n1.signIns.refresh(second.refresh()));

        assertThat(refused(n2.signIns.refresh(first.refresh()))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refused(n2.signIns.refresh(third.refresh()))).isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void madeUpTokenOfAKnownSignInEndsNothing() {
        SignIns.Session session = n1.login(n1.person());
        String madeUp = session.signIn().value() + "." + Secrets.random() + "."
                + Secrets.random().substring(0, 22);

        assertThat(refused(n1.signIns.refresh(madeUp))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(n1.signIns.refresh(session.refresh())).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void tokenOfOneSignInIsWorthNothingForAnother() {
        Account person = n1.person();
        SignIns.Session one = n1.login(person);
        SignIns.Session other = n1.login(person);
        String mixed =
                other.signIn().value() + one.refresh().substring(one.refresh().indexOf('.'));

        assertThat(refused(n1.signIns.refresh(mixed))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(n1.signIns.refresh(other.refresh())).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void twoNodesShownOneTokenAtOnceGiveTheSameSuccessor() throws Exception {
        for (int round = 0; round < 10; round++) {
            SignIns.Session first = n1.login(n1.person());

            List<Outcome<SignIns.Session>> both =
                    atOnce(() -> n1.signIns.refresh(first.refresh()), () -> n2.signIns.refresh(first.refresh()));

            SignIns.Session one = done(both.get(0));
            SignIns.Session other = done(both.get(1));
            assertThat(one.refresh()).isEqualTo(other.refresh());
            assertThat(n1.signIns.refresh(one.refresh())).isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    void refreshTokensAreStoredAsHashesOnly() {
        SignIns.Session session = n1.login(n1.person());

        String stored = n1.one(
                "select refresh_hash from sign_in where id = ?",
                session.signIn().value());

        assertThat(stored).isEqualTo(Secrets.hash(session.refresh())).doesNotContain(session.refresh());
    }

    @Test
    void idleSignInIsOver() {
        SignIns.Session session = n1.login(n1.person());
        usedEarlier(session, Duration.ofDays(30).plusMillis(1));

        assertThat(refused(n1.signIns.refresh(session.refresh()))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(n1.signIns.list(session.user().id())).isEmpty();
    }

    @Test
    void consoleIsOpenToStaffOnlyAndForAsLongAsTheirSignInLives() {
        SignIns.Session session = n1.login(n1.person(GlobalRole.AUDITOR));
        SignIns.Session others = n1.login(n1.person(GlobalRole.ADMIN));
        UserId user = session.user().id();
        assertThat(n2.console.find(user, session.signIn())).map(Account::id).contains(user);
        assertThat(n2.console.use(user, others.signIn())).isEmpty();
        assertThat(n2.console.find(user, others.signIn())).isEmpty();

        n1.signIns.endAll(user);

        assertThat(n2.console.use(user, session.signIn())).isEmpty();
        assertThat(n2.console.find(user, session.signIn())).isEmpty();
        SignIns.Session plain = n1.login(n1.person());
        assertThat(n1.console.find(plain.user().id(), plain.signIn())).isEmpty();
    }

    @Test
    void useOfTheConsoleKeepsItsSignInFromGrowingIdle() {
        SignIns.Session session = n1.login(n1.person(GlobalRole.AUDITOR));
        UserId user = session.user().id();
        usedEarlier(session, Duration.ofDays(30).minusMinutes(1));

        n1.console.find(user, session.signIn());
        Instant looking = n1.signIns.list(user).getFirst().usedAt();
        n1.console.use(user, session.signIn());
        Instant using = n1.signIns.list(user).getFirst().usedAt();
        usedEarlier(session, Duration.ofDays(30).plusMinutes(1));

        assertThat(using).isAfter(looking.plus(Duration.ofDays(29)));
        assertThat(n1.console.use(user, session.signIn())).isEmpty();
    }

    private void usedEarlier(SignIns.Session session, Duration by) {
        n1.sql(
                "update sign_in set used_at = used_at - ? where id = ?",
                by.toMillis(),
                session.signIn().value());
    }

    @Test
    void logoutEndsThisSignInOnEveryNode() {
        Account person = n1.person();
        SignIns.Session gone = n1.login(person);
        SignIns.Session stays = n1.login(person);
        long revBefore = n1.rev(person.id());

        n1.signIns.logout(caller(gone));
        var changed = n2.reader.changedSince(Duration.ofSeconds(20));

        assertThat(n1.verify(gone)).isInstanceOf(AccessTokens.Verified.Invalid.class);
        assertThat(n2.verify(gone)).isInstanceOf(AccessTokens.Verified.Invalid.class);
        assertThat(n2.verify(stays)).isInstanceOf(AccessTokens.Verified.Valid.class);
        assertThat(changed.get(person.id())).isGreaterThan(revBefore);
        assertThat(n2.reader.standing(person.id()).orElseThrow().ended()).containsExactly(gone.signIn());
        assertThat(n1.events.of(SignInEnded.class)).contains(new SignInEnded(person.id(), gone.signIn()));
        assertThat(n1.events.of(AccountChanged.class))
                .contains(new AccountChanged(person.id(), changed.get(person.id())));
        assertThat(refused(n2.signIns.refresh(gone.refresh()))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(n2.signIns.list(person.id())).extracting(SignIn::id).containsExactly(stays.signIn());
    }

    @Test
    void nodeThatStartsKnowsWhatWasRevokedBefore() throws Exception {
        SignIns.Session gone = n1.login(n1.person());
        n1.signIns.endAll(gone.user().id());

        try (var late = new IdentityNode(n1.url())) {
            late.reader.loadAll();

            assertThat(late.verify(gone)).isInstanceOf(AccessTokens.Verified.Invalid.class);
        }
    }

    @Test
    void signInOfSomebodyElseCannotBeEnded() {
        SignIns.Session mine = n1.login(n1.person());
        SignIns.Session theirs = n1.login(n1.person());

        Refusal refusal = refused(n1.signIns.end(mine.user().id(), theirs.signIn()));

        assertThat(refusal).isInstanceOf(Refusal.NotFound.class);
        assertThat(n1.verify(theirs)).isInstanceOf(AccessTokens.Verified.Valid.class);
    }

    @Test
    void changedPasswordEndsTheOtherSignIns() {
        Account person = n1.person();
        SignIns.Session mine = n1.login(person);
        SignIns.Session other = n1.login(person);

        done(n1.signIns.changePassword(
                caller(mine), new SignIns.PasswordChange(PASSWORD, "battery staple", ""), "192.0.2.1"));

        assertThat(n1.verify(mine)).isInstanceOf(AccessTokens.Verified.Valid.class);
        assertThat(n1.verify(other)).isInstanceOf(AccessTokens.Verified.Invalid.class);
        assertThat(refused(n1.login(person.username(), PASSWORD, LAPTOP))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(n1.login(person.username(), "battery staple", LAPTOP)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void passwordChangeNeedsTheOldOneAndAFitNewOne() {
        SignIns.Session mine = n1.login(n1.person());

        assertThat(refused(n1.signIns.changePassword(
                        caller(mine), new SignIns.PasswordChange("wrong wrong", "battery staple", ""), "192.0.2.1")))
                .isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refused(n1.signIns.changePassword(
                        caller(mine), new SignIns.PasswordChange(PASSWORD, "short", ""), "192.0.2.1")))
                .isInstanceOf(Refusal.BadRequest.class);
    }

    @Test
    void suspendedPersonIsRefusedEverywhereUntilItIsLifted() {
        Account moderator = n1.person(GlobalRole.MODERATOR);
        SignIns.Session session = n1.login(n1.person());
        var user = session.user().id();

        done(n1.acts.suspend(n1.actor(moderator), user, null, "spam"));
        n2.reader.changedSince(Duration.ofSeconds(20));

        assertThat(n1.verify(session)).isInstanceOf(AccessTokens.Verified.Suspended.class);
        assertThat(n2.verify(session)).isInstanceOf(AccessTokens.Verified.Suspended.class);
        assertThat(refused(n2.signIns.refresh(session.refresh()))).isInstanceOf(Refusal.Forbidden.class);
        assertThat(refused(n2.login(session.user().username(), PASSWORD, LAPTOP)))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(n1.events.of(UserSuspended.class)).contains(new UserSuspended(user));

        done(n2.acts.lift(n1.actor(moderator), user, null));
        n1.reader.changedSince(Duration.ofSeconds(20));

        assertThat(n1.verify(session)).isInstanceOf(AccessTokens.Verified.Valid.class);
        assertThat(n2.signIns.refresh(session.refresh())).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void suspensionThatRanOutIsNoSuspension() throws Exception {
        Account admin = n1.person(GlobalRole.ADMIN);
        SignIns.Session session = n1.login(n1.person());
        UserId user = session.user().id();
        try (var later = new IdentityNode(n1.url())) {
            done(later.acts.suspend(
                    later.actor(admin), user, later.clock.instant().plus(Duration.ofMinutes(1)), null));
            assertThat(later.verify(session)).isInstanceOf(AccessTokens.Verified.Suspended.class);
            assertThat(refused(later.signIns.refresh(session.refresh()))).isInstanceOf(Refusal.Forbidden.class);

            later.clock.advance(Duration.ofMinutes(2));
            n1.sql(
                    "update account set suspended_until = suspended_until - ? where id = ?",
                    Duration.ofMinutes(2).toMillis(),
                    user.value());

            assertThat(later.verify(session)).isInstanceOf(AccessTokens.Verified.Valid.class);
            assertThat(later.signIns.refresh(session.refresh())).isInstanceOf(Outcome.Done.class);
        }
    }

    /** As a form does whose first outcome was not known. */
    @Test
    void suspensionSentAgainAfterItRanOutWasSoAlready() throws Exception {
        Account admin = n1.person(GlobalRole.ADMIN);
        UserId user = n1.person().id();
        Instant past = n1.clock.instant().minusSeconds(5).truncatedTo(ChronoUnit.MILLIS);
        n1.sql("update account set suspended_until = ? where id = ?", past.toEpochMilli(), user.value());

        assertThat(done(n1.acts.suspend(n1.actor(admin), user, past, null)).changed())
                .isFalse();
        assertThat(refused(n1.acts.suspend(n1.actor(admin), user, past.minusMillis(1), null)))
                .isInstanceOf(Refusal.BadRequest.class);
    }

    @Test
    void suspensionThatEndedBeforeItBeganIsRefusedAndClosesNothing() {
        Actor admin = n1.actor(n1.person(GlobalRole.ADMIN));
        SignIns.Session session = n1.login(n1.person());
        UserId user = session.user().id();
        long rev = n1.rev(user);

        for (Instant past : List.of(n1.clock.instant().minusSeconds(1), Instant.EPOCH, Instant.MIN)) {
            assertThat(refused(n1.acts.suspend(admin, user, past, "too late")))
                    .isEqualTo(new Refusal.BadRequest("'until' must lie ahead"));
        }

        assertThat(n1.verify(session)).isInstanceOf(AccessTokens.Verified.Valid.class);
        assertThat(n1.events.of(UserSuspended.class)).doesNotContain(new UserSuspended(user));
        assertThat(n1.rev(user)).isEqualTo(rev);
        assertThat(new AuditTrail(n1.database).before(Long.MAX_VALUE, 500))
                .noneMatch(entry -> user.value().equals(entry.line().target()));
    }

    @Test
    void everyActHasItsAuditLineAndARefusedOneHasNone() {
        Account admin = n1.person(GlobalRole.ADMIN);
        Account person = n1.person();
        Account other = n1.person();

        done(n1.acts.setRole(n1.actor(admin), person.id(), GlobalRole.MODERATOR, "helps"));
        refused(n1.acts.setRole(n1.actor(person), other.id(), GlobalRole.ADMIN, null));

        List<AuditTrail.Entry> trail = new AuditTrail(n1.database).before(Long.MAX_VALUE, 500);
        assertThat(trail)
                .filteredOn(entry -> person.id().value().equals(entry.line().target()))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.line().actor()).isEqualTo(admin.id());
                    assertThat(entry.line().act()).isEqualTo("user.role");
                    assertThat(entry.line().before()).isEqualTo("user");
                    assertThat(entry.line().after()).isEqualTo("moderator");
                    assertThat(entry.line().why()).isEqualTo("helps");
                });
        assertThat(trail)
                .noneMatch(entry -> other.id().value().equals(entry.line().target()));
        assertThat(n2.accounts.find(other.id())).get().extracting(Account::role).isEqualTo(GlobalRole.USER);
    }

    @Test
    void whatIsSoAlreadyLeavesNoLineAndChangesNothing() {
        Actor admin = n1.actor(n1.person(GlobalRole.ADMIN));
        SignIns.Session session = n1.login(n1.person());
        UserId user = session.user().id();
        n1.signIns.logout(caller(session));
        done(n1.acts.suspend(admin, user, null, "once"));
        long rev = n1.rev(user);

        for (Outcome<AccountActs.Done> again : List.of(
                n1.acts.suspend(admin, user, null, "twice"),
                n1.acts.setRole(admin, user, GlobalRole.USER, "twice"),
                n1.acts.signOut(admin, user, "twice"),
                n1.acts.signOut(admin, user, session.signIn(), "twice"))) {
            assertThat(done(again).changed()).isFalse();
        }

        assertThat(done(n1.acts.lift(admin, user, null)).changed()).isTrue();
        assertThat(n1.rev(user)).isEqualTo(rev + 1);
        assertThat(new AuditTrail(n1.database).before(Long.MAX_VALUE, 500))
                .filteredOn(entry -> user.value().equals(entry.line().target()))
                .extracting(entry -> entry.line().act())
                .containsExactly("user.unsuspend", "user.suspend");
    }

    @Test
    void whatPeopleDoWithTheirOwnSignInsIsNoActOfStaff() {
        Account person = n1.person();
        SignIns.Session first = n1.login(person);
        SignIns.Session stolen = n1.login(person);
        n1.signIns.logout(caller(first));
        SignIns.Session next = done(n1.signIns.refresh(stolen.refresh()));
        done(n1.signIns.refresh(next.refresh()));
        refused(n1.signIns.refresh(stolen.refresh()));
        n1.signIns.endAll(person.id());

        assertThat(n1.signIns.list(person.id())).isEmpty();
        assertThat(new AuditTrail(n1.database).before(Long.MAX_VALUE, 500))
                .noneMatch(entry -> person.id().value().equals(entry.line().target())
                        || person.id().equals(entry.line().actor()));
    }

    @Test
    void whoSignsInAgainAndAgainLeavesABoundedNumberOfEndedSignIns() {
        Account person = n1.person();
        SignIns.Session old = n1.login(person);
        SignIns.Session others = n1.login(n1.person());
        n1.copies(old, 150);
        n1.copies(others, 150);
        n1.signIns.logout(caller(old));

        n1.login(person);

        String longAgo = "select count(*) from sign_in where ended_at = 0 and account_id = ?";
        assertThat(n1.one(longAgo, person.id().value())).isEqualTo("100");
        assertThat(n1.isKept(old)).isTrue(); // its token may still live
        assertThat(n1.one(longAgo, others.user().id().value())).isEqualTo("150");
        n1.sql("delete from sign_in where ended_at = 0");
    }

    @Test
    void signInsThatEndedLongAgoAreDeletedAndTheirTokensStayWorthless() {
        Account person = n1.person();
        SignIns.Session living = n1.login(person);
        SignIns.Session old = n1.login(person);
        SignIns.Session recent = n1.login(person);
        SignIns.Session ranOut = n1.login(person);
        SignIns.Session unused = n1.login(person);
        SignIns.Session next = done(n1.signIns.refresh(old.refresh()));
        n1.signIns.logout(caller(old));
        n1.signIns.logout(caller(recent));
        n1.endedEarlier(old, Duration.ofDays(91));
        n1.endedEarlier(recent, Duration.ofDays(89));
        n1.sql(
                "update sign_in set expires_at = expires_at - ? where id = ?",
                Duration.ofDays(181).toMillis(),
                ranOut.signIn().value());
        n1.sql("update sign_in set used_at = 0 where id = ?", unused.signIn().value());

        n1.purge.batch();

        assertThat(n1.isKept(old)).isFalse();
        assertThat(n1.isKept(ranOut)).isFalse();
        assertThat(List.of(living, recent, unused)).allMatch(n1::isKept);
        for (String token : List.of(old.refresh(), next.refresh(), ranOut.refresh())) {
            assertThat(refused(n2.signIns.refresh(token))).isInstanceOf(Refusal.Unauthorized.class);
        }
        SignIns.Session again = done(n2.signIns.refresh(living.refresh()));
        done(n2.signIns.refresh(again.refresh()));
        refused(n2.signIns.refresh(living.refresh()));
        assertThat(n1.signIns.list(person.id()))
                .as("reuse ends a living family")
                .isEmpty();
    }

    @Test
    void oldSignInsAreDeletedByTheWorkThatANodeDoesEachSecond() throws Exception {
        SignIns.Session session = n1.login(n1.person());
        SignIns.Session old = n1.login(session.user());
        n1.signIns.logout(caller(old));
        n1.endedEarlier(old, Duration.ofDays(91));
        try (var node = new IdentityNode(n1.url())) {
            node.purge.perhaps();
        }

        assertThat(n1.isKept(old)).isFalse();
        assertThat(n1.isKept(session)).isTrue();
    }

    @Test
    void nodesThatDeleteOldSignInsAtOnceDeleteEachOnceInBatches() throws Exception {
        Account person = n1.person();
        SignIns.Session session = n1.login(person);
        int more = 100;
        n1.copies(session, SignInPurge.BATCH + more);

        assertThat(n1.purge.batch()).isEqualTo(SignInPurge.BATCH);
        List<Integer> rest = atOnce(n1.purge::batch, n2.purge::batch);

        assertThat(rest.get(0) + rest.get(1)).isEqualTo(more);
        assertThat(n1.one(
                        "select count(*) from sign_in where account_id = ?",
                        person.id().value()))
                .isEqualTo("1");
        assertThat(n1.isKept(session)).isTrue();
    }

    @Test
    void aReasonThatWouldTurnOrBreakTheLineAroundItIsRefusedAndNothingIsDone() {
        Account user = n1.person();
        n1.login(user);
        Actor admin = n1.actor(n1.person(GlobalRole.ADMIN));
        String invite = "x".repeat(43);
        for (String why : List.of("spam \u202Egninrael", "spam \u2067", "two\nlines", "w".repeat(501))) {
            var outcomes = List.of(
                    n1.acts.suspend(admin, user.id(), null, why),
                    n1.acts.lift(admin, user.id(), why),
                    n1.acts.setRole(admin, user.id(), GlobalRole.MODERATOR, why),
                    n1.acts.signOut(admin, user.id(), why),
                    n1.acts.removeFactor(admin, user.id(), why),
                    n1.factors.require(admin, FactorRule.NOBODY, why),
                    n1.invites.create(admin, Duration.ofDays(1), why),
                    n1.invites.revoke(admin, invite, why));
            assertThat(outcomes)
                    .allSatisfy(outcome -> assertThat(refused(outcome)).isInstanceOf(Refusal.BadRequest.class));
        }
        assertThat(n1.one(
                        "select count(*) from audit where actor_id = ?",
                        admin.user().value()))
                .isEqualTo("0");
        done(n1.acts.suspend(admin, user.id(), null, "\u0645\u0632\u0639\u062C 😀".repeat(80)));
    }

    @Test
    void staffActsFollowRank() {
        Account admin = n1.person(GlobalRole.ADMIN);
        Account moderator = n1.person(GlobalRole.MODERATOR);
        Account auditor = n1.person(GlobalRole.AUDITOR);
        Account user = n1.person();

        assertThat(refused(n1.acts.suspend(n1.actor(user), moderator.id(), null, null)))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(refused(n1.acts.suspend(n1.actor(auditor), user.id(), null, null)))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(refused(n1.acts.suspend(n1.actor(moderator), admin.id(), null, null)))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(refused(n1.acts.setRole(n1.actor(moderator), user.id(), GlobalRole.ADMIN, null)))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(refused(n1.acts.suspend(n1.actor(admin), admin.id(), null, null)))
                .isInstanceOf(Refusal.BadRequest.class);
        assertThat(refused(n1.acts.suspend(n1.actor(admin), new io.confab.kernel.UserId("u_nobody"), null, null)))
                .isInstanceOf(Refusal.NotFound.class);
    }

    @Test
    void suspendedStaffActOnNothing() {
        Account admin = n1.person(GlobalRole.ADMIN);
        Account moderator = n1.person(GlobalRole.MODERATOR);
        Actor suspended = n1.actor(moderator);
        done(n1.acts.suspend(n1.actor(admin), moderator.id(), null, null));

        Refusal refusal = refused(n2.acts.suspend(suspended, n1.person().id(), null, null));

        assertThat(refusal).isInstanceOf(Refusal.Forbidden.class);
    }

    @Test
    void staffWhoseSignInHasEndedActOnNothing() {
        Account user = n1.person();
        Account admin = n1.person(GlobalRole.ADMIN);
        Actor lost = n1.actor(admin);
        Actor other = new Actor(lost.user(), n1.login(n1.person()).signIn(), lost.address());
        done(n2.signIns.end(lost.user(), lost.signIn()));

        for (Actor actor : List.of(lost, other)) {
            for (Outcome<?> act : List.of(
                    n1.acts.suspend(actor, user.id(), null, "late"),
                    n1.acts.lift(actor, user.id(), "late"),
                    n1.acts.setRole(actor, user.id(), GlobalRole.ADMIN, "late"),
                    n1.acts.signOut(actor, user.id(), "late"),
                    n1.acts.signOut(actor, user.id(), n1.login(user).signIn(), "late"),
                    n1.invites.create(actor, Duration.ofDays(1), null))) {
                assertThat(refused(act)).isInstanceOf(Refusal.Unauthorized.class);
            }
        }

        assertThat(n1.accounts.find(user.id())).get().satisfies(now -> {
            assertThat(now.role()).isEqualTo(GlobalRole.USER);
            assertThat(now.suspendedUntil()).isNull();
        });
        assertThat(new AuditTrail(n1.database).before(Long.MAX_VALUE, 500))
                .noneMatch(entry -> admin.id().equals(entry.line().actor()));
    }

    @Test
    void actThatWaitsForTheEndOfItsSignInIsNotDone() throws Exception {
        Account user = n1.person();
        Actor actor = n1.actor(n1.person(GlobalRole.MODERATOR));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Outcome<AccountActs.Done>> act = n1.database.transactions().write((em, jdbc) -> {
                AccountRows.lock(em, actor.user());
                Future<Outcome<AccountActs.Done>> waiting =
                        threads.submit(() -> n2.acts.suspend(actor, user.id(), null, "at the same moment"));
                em.find(SignInRow.class, actor.signIn().value()).end(DatabaseClock.nowMillis(jdbc));
                return waiting;
            });

            assertThat(refused(act.get())).isInstanceOf(Refusal.Unauthorized.class);
        }
        assertThat(n1.accounts.find(user.id()).orElseThrow().suspendedUntil()).isNull();
    }

    @Test
    void whoMayRegisterIsWhatAnAdminDecidedLastOnAllNodes() {
        Actor admin = n1.actor(n1.person(GlobalRole.ADMIN));
        Actor moderator = n1.actor(n1.person(GlobalRole.MODERATOR));
        var anybody = new Accounts.Registration(freshName(), PASSWORD, null, null);
        assertThat(n1.registration.mode()).as("the setting").isEqualTo(RegistrationMode.OPEN);
        try {
            assertThat(refused(n1.registration.decide(moderator, RegistrationMode.CLOSED, "x")))
                    .isInstanceOf(Refusal.Forbidden.class);
            assertThat(refused(n1.registration.decide(admin, RegistrationMode.CLOSED, " ")))
                    .isInstanceOf(Refusal.BadRequest.class);
            assertThat(done(n1.registration.decide(admin, RegistrationMode.INVITE, "a wave")))
                    .isTrue();

            assertThat(refused(n2.accounts.register(anybody, "192.0.2.1"))).isInstanceOf(Refusal.Forbidden.class);
            String code = done(n1.invites.create(admin, Duration.ofDays(1), null));
            done(n2.accounts.register(new Accounts.Registration(freshName(), PASSWORD, null, code), "192.0.2.1"));
            assertThat(done(n2.registration.decide(admin, RegistrationMode.CLOSED, "more of it")))
                    .isTrue();
            assertThat(done(n1.registration.decide(admin, RegistrationMode.CLOSED, "again")))
                    .isFalse();

            String another = done(n1.invites.create(admin, Duration.ofDays(1), null));
            assertThat(refused(n1.accounts.register(
                            new Accounts.Registration(freshName(), PASSWORD, null, another), "192.0.2.1")))
                    .isInstanceOf(Refusal.Forbidden.class);
            assertThat(new AuditTrail(n1.database)
                            .search(new AuditTrail.Filter(admin.user(), "policy.registration", null), 0, 10))
                    .extracting(
                            entry -> entry.line().before() + " " + entry.line().after())
                    .containsExactly("invite closed", "open invite");
        } finally {
            n1.sql("delete from policy where name = 'registration'");
        }
        done(n1.accounts.register(anybody, "192.0.2.1"));
    }

    @Test
    void inviteLetsOnePersonIn() throws Exception {
        String url = n1.url();
        Account admin = n1.person(GlobalRole.ADMIN);
        try (var byInvite = new IdentityNode(url, Map.of("confab.registration", "invite"))) {
            String code = done(byInvite.invites.create(n1.actor(admin), Duration.ofDays(1), null));

            List<Outcome<Account>> both = atOnce(
                    () -> byInvite.accounts.register(
                            new Accounts.Registration(freshName(), PASSWORD, null, code), "192.0.2.1"),
                    () -> byInvite.accounts.register(
                            new Accounts.Registration(freshName(), PASSWORD, null, code), "192.0.2.1"));

            assertThat(both).filteredOn(Outcome.Done.class::isInstance).hasSize(1);
            assertThat(refused(byInvite.accounts.register(
                            new Accounts.Registration(freshName(), PASSWORD, null, null), "192.0.2.1")))
                    .isInstanceOf(Refusal.Forbidden.class);
            assertThat(refused(byInvite.invites.create(n1.actor(n1.person()), Duration.ofDays(1), null)))
                    .isInstanceOf(Refusal.Forbidden.class);
        }
    }

    @Test
    void inviteThatWasTakenBackLetsNobodyInAndAUsedOneStaysUsed() throws Exception {
        Actor admin = n1.actor(n1.person(GlobalRole.ADMIN));
        try (var byInvite = new IdentityNode(n1.url(), Map.of("confab.registration", "invite"))) {
            String code = done(n1.invites.create(admin, Duration.ofDays(1), "for ben"));
            String used = done(n1.invites.create(admin, Duration.ofDays(1), null));
            done(byInvite.accounts.register(new Accounts.Registration(freshName(), PASSWORD, null, used), "192.0.2.1"));

            assertThat(refused(n1.invites.revoke(n1.actor(n1.person(GlobalRole.MODERATOR)), Secrets.hash(code), "x")))
                    .isInstanceOf(Refusal.Forbidden.class);
            assertThat(done(n1.invites.revoke(admin, Secrets.hash(code), "ben stays away")))
                    .isTrue();
            assertThat(done(n2.invites.revoke(admin, Secrets.hash(code), "again")))
                    .isFalse();
            assertThat(refused(n1.invites.revoke(admin, Secrets.hash(used), "too late")))
                    .isInstanceOf(Refusal.Conflict.class);
            assertThat(refused(n1.invites.revoke(admin, Secrets.hash("made up"), "x")))
                    .isInstanceOf(Refusal.NotFound.class);

            assertThat(refused(byInvite.accounts.register(
                            new Accounts.Registration(freshName(), PASSWORD, null, code), "192.0.2.1")))
                    .isInstanceOf(Refusal.Forbidden.class);
            assertThat(new AuditTrail(n1.database).search(new AuditTrail.Filter(admin.user(), null, "invite"), 0, 10))
                    .extracting(entry -> entry.line().act() + " " + entry.line().why())
                    .containsExactly("invite.revoke ben stays away", "invite.create null", "invite.create for ben");
        }
    }

    @Test
    void oldestSignInMakesRoomForOneTooMany() throws Exception {
        String url = n1.url();
        Account person = n1.person();
        try (var small = new IdentityNode(url, Map.of("confab.sign-in.max-per-account", "2"))) {
            SignIns.Session oldest = small.login(person);
            small.sql(
                    "update sign_in set used_at = used_at - 1000 where id = ?",
                    oldest.signIn().value());
            SignIns.Session second = small.login(person);

            SignIns.Session third = small.login(person);

            assertThat(small.signIns.list(person.id()))
                    .extracting(SignIn::id)
                    .containsExactlyInAnyOrder(second.signIn(), third.signIn());
            assertThat(small.verify(oldest)).isInstanceOf(AccessTokens.Verified.Invalid.class);
        }
    }

    @Test
    void peopleAreFoundByTheBeginningOfTheirNames() {
        String name = freshName();
        Account ann = done(n1.accounts.register(
                new Accounts.Registration(name + "_x", PASSWORD, "Zoë " + name, null), "192.0.2.1"));

        assertThat(n1.accounts.search(name.toUpperCase(Locale.ROOT) + "_", 10, 0))
                .containsExactly(n1.accounts.find(ann.id()).orElseThrow());
        assertThat(n1.accounts.search("ZOË " + name, 10, 0)).hasSize(1);
        assertThat(n1.accounts.search(name + "%", 10, 0)).isEmpty();
        assertThat(n1.accounts.search(name, 10, 1)).isEmpty();
        assertThat(n1.accounts.search("", 100, 0))
                .extracting(Account::username)
                .isSorted()
                .isNotEmpty();
        assertThat(n1.accounts.search("' or 1=1 --", 10, 0)).isEmpty();
    }

    @Test
    void passwordHashIsMadeAnewWhenItsCostWasRaised() throws Exception {
        String url = n1.url();
        Account person = n1.person();
        try (var costlier = new IdentityNode(url, Map.of("confab.password.iterations", "2"))) {
            costlier.login(person);

            assertThat(n1.one(
                            "select password_hash from account where id = ?",
                            person.id().value()))
                    .startsWith("$argon2id$v=19$m=7168,t=2,p=1$");
            assertThat(costlier.login(person.username(), PASSWORD, LAPTOP)).isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    void ownAddressIsNotHeldUpByWhatOthersTry() {
        Account person = n1.person();
        n1.login(person);
        for (int i = 0; i < 40; i++) {
            n1.login(person.username(), "a wrong one", new Device("x", "198.51.100." + i));
        }

        Outcome<?> stranger = n1.login(person.username(), PASSWORD, new Device("x", "198.51.100.77"));
        Outcome<?> owner = n1.login(person.username(), PASSWORD, LAPTOP);

        assertThat(refused(stranger)).isInstanceOf(Refusal.RateLimited.class);
        assertThat(owner).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void whoHasSignedInFromAnAddressIsNotHeldUpByWhatOthersTryFromThere() {
        var cafe = new Device("test/1.0", "198.51.100.200");
        Account regular = n1.person();
        done(n1.login(regular.username(), PASSWORD, cafe));
        Account newcomer = n1.person();
        for (int i = 0; i < 110; i++) {
            n1.login("nobody" + i, "a wrong one", cafe);
        }

        assertThat(refused(n1.login(newcomer.username(), PASSWORD, cafe))).isInstanceOf(Refusal.RateLimited.class);
        assertThat(n1.login(regular.username(), PASSWORD, cafe)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void whileAnAddressIsSlowedDownTheAnswerDoesNotTellWhoHasSignedInFromThere() {
        var cafe = new Device("test/1.0", "198.51.100.201");
        Account regular = n1.person();
        done(n1.login(regular.username(), PASSWORD, cafe));
        Account stranger = n1.person();
        for (int i = 0; i < 110; i++) {
            n1.login("nobody" + i, "a wrong one", cafe);
        }

        assertThat(refused(n1.login(regular.username(), "a wrong one", cafe)))
                .isEqualTo(refused(n1.login(stranger.username(), "a wrong one", cafe)))
                .isInstanceOf(Refusal.RateLimited.class);
    }

    @Test
    void anOwnerWhoseAddressChangesWithinTheirNetworkIsKnown() {
        Account person = n1.person();
        done(n1.login(person.username(), PASSWORD, new Device("test/1.0", "2001:db8:7:1:0:0:0:5")));
        for (int i = 0; i < 40; i++) {
            n1.login(person.username(), "a wrong one", new Device("x", "198.51.100." + i));
        }

        assertThat(refused(n1.login(person.username(), PASSWORD, new Device("x", "2001:db8:8:1:0:0:0:5"))))
                .isInstanceOf(Refusal.RateLimited.class);
        assertThat(n1.login(person.username(), PASSWORD, new Device("x", "2001:db8:7:2:0:0:0:9")))
                .isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aColleagueBehindTheSameAddressHoldsAnOwnerUpNoLongerThanAStrangerCan() {
        Account person = n1.person();
        n1.login(person);
        for (int i = 0; i < 14; i++) {
            if (refused(n1.login(person.username(), "a wrong one", LAPTOP)) instanceof Refusal.RateLimited slowed) {
                n1.clock.advance(slowed.retryAfter());
                n1.login(person.username(), "a wrong one", LAPTOP);
            }
        }

        var slowed = (Refusal.RateLimited) refused(n1.login(person.username(), PASSWORD, LAPTOP));
        assertThat(slowed.retryAfter()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
        n1.clock.advance(slowed.retryAfter());
        assertThat(n1.login(person.username(), PASSWORD, LAPTOP)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void whatNobodyGotToJudgeWhileTheDatabaseWasAwayDoesNotCount() {
        Account person = n1.person();
        n1.sql("alter table account rename to account_away");
        try {
            for (int i = 0; i < 30; i++) {
                assertThatThrownBy(() -> n1.login(person.username(), PASSWORD, LAPTOP))
                        .isInstanceOf(RuntimeException.class);
            }
        } finally {
            n1.sql("alter table account_away rename to account");
        }

        assertThat(n1.login(person.username(), PASSWORD, LAPTOP)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void guessingIsSlowedDownAndNeverLocksForEver() {
        Account person = n1.person();
        for (int i = 0; i < 5; i++) {
            assertThat(refused(n1.login(person.username(), "a wrong one", LAPTOP)))
                    .isInstanceOf(Refusal.Unauthorized.class);
        }

        var slowed = (Refusal.RateLimited) refused(n1.login(person.username(), PASSWORD, LAPTOP));
        n1.clock.advance(slowed.retryAfter());

        assertThat(slowed.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(n1.login(person.username(), PASSWORD, LAPTOP)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void setupCodeMakesOneAdminOnce() throws Exception {
        n1.sql("update account set role = 'user'");
        var firstAdmin = new FirstAdmin(n1.database.transactions(), n1.hashes, Optional.empty());
        String code = firstAdmin.start().orElseThrow();
        String otherCode = firstAdmin.start().orElseThrow();

        assertThat(refused(firstAdmin.setUp("made up", freshName(), PASSWORD, "192.0.2.1")))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(refused(firstAdmin.setUp(code, freshName(), "short", "192.0.2.1")))
                .isInstanceOf(Refusal.BadRequest.class);
        List<Outcome<Account>> both = atOnce(
                () -> firstAdmin.setUp(code, freshName(), PASSWORD, "192.0.2.1"),
                () -> firstAdmin.setUp(otherCode, freshName(), PASSWORD, "192.0.2.1"));

        assertThat(both).filteredOn(Outcome.Done.class::isInstance).hasSizeBetween(1, 2);
        assertThat(firstAdmin.isDone()).isTrue();
        assertThat(firstAdmin.start()).isEmpty();
        assertThat(refused(firstAdmin.setUp(code, freshName(), PASSWORD, "192.0.2.1")))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(n1.one("select count(*) from setup_code where code_hash = ?", code))
                .isEqualTo("0");
    }

    @Test
    void setupCodeRunsOut() {
        n1.sql("update account set role = 'user'");
        var firstAdmin = new FirstAdmin(n1.database.transactions(), n1.hashes, Optional.empty());
        String code = firstAdmin.start().orElseThrow();
        n1.sql(
                "update setup_code set expires_at = expires_at - ?",
                Duration.ofHours(1).toMillis());

        assertThat(refused(firstAdmin.setUp(code, freshName(), PASSWORD, "192.0.2.1")))
                .isInstanceOf(Refusal.Forbidden.class);
    }

    @Test
    void adminPasswordMakesTheAccountAndNeverChangesIt() {
        new FirstAdmin(n1.database.transactions(), n1.hashes, Optional.of("first password")).start();
        String before = n1.one("select password_hash from account where username = 'admin'");

        new FirstAdmin(n2.database.transactions(), n2.hashes, Optional.of("second password")).start();

        assertThat(n1.one("select password_hash from account where username = 'admin'"))
                .isEqualTo(before);
        assertThat(n1.login("admin", "first password", LAPTOP)).isInstanceOf(Outcome.Done.class);
        assertThat(refused(n1.login("admin", "second password", LAPTOP))).isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void ordinaryAccountNamedAdminDoesNotLeaveTheServerWithoutAnyAdmin() {
        Optional<String> password = Optional.of("first password");
        new FirstAdmin(n1.database.transactions(), n1.hashes, password).start();
        n1.sql("update account set role = 'user'");

        var firstAdmin = new FirstAdmin(n1.database.transactions(), n1.hashes, password);
        String code = firstAdmin.start().orElseThrow();

        assertThat(firstAdmin.isDone()).isFalse();
        assertThat(firstAdmin.setUp(code, freshName(), PASSWORD, "192.0.2.1")).isInstanceOf(Outcome.Done.class);
        assertThat(firstAdmin.start()).isEmpty();
    }

    @Test
    void allSignInsEndAtOnce() {
        Account person = n1.person();
        SignIns.Session one = n1.login(person);
        SignIns.Session two = n2.login(person);

        List<SignInId> ended = n1.signIns.endAll(person.id());

        assertThat(ended).containsExactlyInAnyOrder(one.signIn(), two.signIn());
        assertThat(n1.signIns.list(person.id())).isEmpty();
    }

    @Test
    void afterTheMostSignInsWereLoweredAllEndStill() throws Exception {
        Account person = n1.person();
        SignIns.Session first = n1.login(person);
        SignIns.Session second = n1.login(person);
        SignIns.Session third = n1.login(person);

        try (var lowered = new IdentityNode(n1.url(), AT_MOST_TWO)) {
            List<SignInId> ended = lowered.signIns.endAll(person.id());

            assertThat(refused(lowered.signIns.refresh(first.refresh()))).isInstanceOf(Refusal.Unauthorized.class);
            assertThat(ended).containsExactlyInAnyOrder(first.signIn(), second.signIn(), third.signIn());
        }
    }

    @Test
    void afterTheMostSignInsWereLoweredTheNextLoginEndsAllThatAreTooMany() throws Exception {
        Account person = n1.person();
        SignIns.Session first = n1.login(person);
        SignIns.Session second = n1.login(person);
        SignIns.Session third = n1.login(person);
        usedEarlier(first, Duration.ofHours(2));
        usedEarlier(second, Duration.ofHours(1));

        try (var lowered = new IdentityNode(n1.url(), AT_MOST_TWO)) {
            SignIns.Session fourth = lowered.login(person);

            assertThat(n1.signIns.list(person.id()))
                    .extracting(SignIn::id)
                    .containsExactlyInAnyOrder(third.signIn(), fourth.signIn());
            assertThat(lowered.verify(first)).isInstanceOf(AccessTokens.Verified.Invalid.class);
            assertThat(lowered.verify(second)).isInstanceOf(AccessTokens.Verified.Invalid.class);
        }
    }

    @Test
    void aSignInThatRanOutTakesNoPlace() throws Exception {
        Account person = n1.person();
        SignIns.Session living = n1.login(person);
        List<SignIns.Session> ranOut = List.of(n1.login(person), n1.login(person));
        usedEarlier(living, Duration.ofHours(1));
        for (SignIns.Session session : ranOut) {
            n1.sql(
                    "update sign_in set expires_at = created_at where id = ?",
                    session.signIn().value());
        }

        try (var lowered = new IdentityNode(n1.url(), AT_MOST_TWO)) {
            assertThat(lowered.signIns.list(person.id())).extracting(SignIn::id).containsExactly(living.signIn());
        }
    }

    /** Runs all at once, each on its own thread, and gives their results in order. */
    @SafeVarargs
    static <T> List<T> atOnce(Callable<T>... calls) throws Exception {
        var barrier = new CyclicBarrier(calls.length);
        try (var threads = Executors.newFixedThreadPool(calls.length)) {
            var futures = new ArrayList<Future<T>>();
            for (Callable<T> call : calls) {
                futures.add(threads.submit(() -> {
                    barrier.await();
                    return call.call();
                }));
            }
            var results = new ArrayList<T>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
