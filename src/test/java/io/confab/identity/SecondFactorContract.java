package io.confab.identity;

import static io.confab.identity.IdentityContract.atOnce;
import static io.confab.identity.IdentityNode.LAPTOP;
import static io.confab.identity.IdentityNode.PASSWORD;
import static io.confab.identity.IdentityNode.caller;
import static io.confab.identity.IdentityNode.done;
import static io.confab.identity.IdentityNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.audit.AuditTrail;
import io.confab.it.support.Authenticator;
import io.confab.kernel.Caller;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a second factor promises, on whichever database: two nodes, one store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SecondFactorContract {
    private static final Map<String, String> SECRET = Map.of("confab.secret", "a secret of more than 32 characters");

    private IdentityNode n1;
    private IdentityNode n2;

    /** The URL of an empty database. */
    abstract String url() throws Exception;

    @BeforeAll
    void startTwoNodes() throws Exception {
        String url = url();
        n1 = new IdentityNode(url, SECRET);
        n2 = new IdentityNode(url, SECRET);
    }

    @AfterAll
    void stop() {
        n1.close();
        n2.close();
    }

    @AfterEach
    void askNobody() {
        n1.sql("delete from policy");
    }

    /** Somebody with a factor in force, none of whose codes has counted. */
    private record Holder(Account account, Actor actor, Authenticator app, List<String> recoveryCodes) {}

    private Holder holder(GlobalRole role) {
        Account person = n1.person(role);
        Actor actor = n1.actor(person);
        var app = new Authenticator(done(n1.factors.begin(actor, PASSWORD)).secret());
        List<String> codes = done(n1.factors.confirm(actor, app.code()));
        forgetCodes();
        return new Holder(person, actor, app, codes);
    }

    /** As if the last code had been shown long ago. */
    private void forgetCodes() {
        n1.sql("update second_factor set last_step = 0");
    }

    private static Outcome<SignIns.Session> login(IdentityNode node, Account person, String otp) {
        return node.signIns
                .prove(person.username(), PASSWORD, LAPTOP.address())
                .then(proof -> node.signIns.begin(proof, otp, LAPTOP));
    }

    @Test
    void factorIsInForceOnceACodeConfirmedItAndEachLoginShowsOneFromThenOn() {
        Account person = n1.person();
        Actor actor = n1.actor(person);
        var app = new Authenticator(done(n1.factors.begin(actor, PASSWORD)).secret());
        assertThat(login(n2, person, "")).isInstanceOf(Outcome.Done.class);
        assertThat(refused(n2.factors.confirm(actor, app.wrong()))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(n2.factors.state(person.id()).isInForce()).isFalse();

        assertThat(done(n2.factors.confirm(actor, app.code()))).hasSize(10).doesNotHaveDuplicates();

        assertThat(n1.factors.state(person.id())).satisfies(state -> {
            assertThat(state.isInForce()).isTrue();
            assertThat(state.recoveryCodes()).isEqualTo(10);
        });
        assertThat(refused(login(n1, person, ""))).isInstanceOf(Refusal.OtpRequired.class);
        assertThat(refused(login(n1, person, app.wrong()))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(login(n1, person, app.after(1))).isInstanceOf(Outcome.Done.class);
        assertThat(refused(n1.factors.begin(actor, PASSWORD))).isInstanceOf(Refusal.Conflict.class);
    }

    @Test
    void whetherThereIsAFactorIsToldOnlyToWhoKnowsThePassword() {
        Holder ann = holder(GlobalRole.USER);

        Refusal wrong = refused(n1.signIns.prove(ann.account().username(), "another password", LAPTOP.address()));

        assertThat(wrong)
                .isEqualTo(refused(n1.signIns.prove(IdentityNode.freshName(), "another password", LAPTOP.address())));
        assertThat(done(n1.signIns.prove(ann.account().username(), PASSWORD, LAPTOP.address()))
                        .needsCode())
                .isTrue();
    }

    @Test
    void codeCountsOnceWhicheverNodesAreAskedAtOnce() throws Exception {
        Holder ann = holder(GlobalRole.USER);
        for (int round = 0; round < 5; round++) {
            forgetCodes();
            String code = ann.app().code();

            List<Outcome<SignIns.Session>> both =
                    atOnce(() -> login(n1, ann.account(), code), () -> login(n2, ann.account(), code));

            assertThat(both).filteredOn(Outcome.Done.class::isInstance).hasSize(1);
            assertThat(refused(login(n1, ann.account(), code))).isInstanceOf(Refusal.Unauthorized.class);
        }
    }

    @Test
    void recoveryCodeStandsInOnceHoweverItIsTyped() throws Exception {
        Holder ann = holder(GlobalRole.USER);
        String code = ann.recoveryCodes().getFirst().toUpperCase(Locale.ROOT).replace('-', ' ');

        List<Outcome<SignIns.Session>> both =
                atOnce(() -> login(n1, ann.account(), code), () -> login(n2, ann.account(), code));

        assertThat(both).filteredOn(Outcome.Done.class::isInstance).hasSize(1);
        assertThat(n1.factors.state(ann.account().id()).recoveryCodes()).isEqualTo(9);
        assertThat(login(n1, ann.account(), ann.recoveryCodes().getLast())).isInstanceOf(Outcome.Done.class);
        Holder ben = holder(GlobalRole.USER);
        assertThat(refused(login(n1, ben.account(), ann.recoveryCodes().get(5))))
                .as("of somebody else")
                .isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void confirmationEndsTheOtherSignInsAlsoOneThatBeginsAtTheSameMoment() {
        Account person = n1.person();
        SignIns.Session other = n1.login(person);
        PasswordProof early = done(n1.signIns.prove(person.username(), PASSWORD, LAPTOP.address()));
        Actor actor = n1.actor(person);
        var app = new Authenticator(done(n1.factors.begin(actor, PASSWORD)).secret());

        done(n1.factors.confirm(actor, app.code()));

        assertThat(n1.signIns.list(person.id())).extracting(SignIn::id).containsExactly(actor.signIn());
        assertThat(n1.verify(other)).isInstanceOf(AccessTokens.Verified.Invalid.class);
        assertThat(refused(n2.signIns.begin(early, "", LAPTOP))).isInstanceOf(Refusal.OtpRequired.class);
    }

    @Test
    void passwordThatWasChangedSinceItWasShownBeginsNothing() {
        Account person = n1.person();
        PasswordProof proof = done(n1.signIns.prove(person.username(), PASSWORD, LAPTOP.address()));

        done(n1.signIns.changePassword(
                caller(n1.login(person)), new SignIns.PasswordChange(PASSWORD, "battery staple", ""), "192.0.2.1"));

        assertThat(refused(n2.signIns.begin(proof, "", LAPTOP))).isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void passwordOfWhoHasAFactorIsChangedWithACodeAndNotWithout() {
        Holder ann = holder(GlobalRole.USER);
        var caller = new Caller(ann.account().id(), ann.actor().signIn(), Instant.MAX);

        for (String wrong : List.of("", ann.app().wrong())) {
            Refusal refusal = refused(n1.signIns.changePassword(
                    caller, new SignIns.PasswordChange(PASSWORD, "battery staple", wrong), "192.0.2.1"));
            assertThat(refusal).isInstanceOf(wrong.isEmpty() ? Refusal.OtpRequired.class : Refusal.Unauthorized.class);
        }
        assertThat(n1.signIns.prove(ann.account().username(), PASSWORD, LAPTOP.address()))
                .isInstanceOf(Outcome.Done.class);
        String code = ann.app().code();
        done(n2.signIns.changePassword(
                caller, new SignIns.PasswordChange(PASSWORD, "battery staple", code), "192.0.2.1"));

        assertThat(refused(n1.signIns.prove(ann.account().username(), PASSWORD, LAPTOP.address())))
                .isInstanceOf(Refusal.Unauthorized.class);
        PasswordProof proof = done(n1.signIns.prove(ann.account().username(), "battery staple", LAPTOP.address()));
        assertThat(refused(n1.signIns.begin(proof, code, LAPTOP)))
                .as("the code is used up")
                .isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void guessingIsSlowedDownOnAllNodesTogether() {
        Holder ann = holder(GlobalRole.USER);
        for (int i = 0; i < 5; i++) {
            IdentityNode node = i % 2 == 0 ? n1 : n2;
            assertThat(refused(login(node, ann.account(), ann.app().wrong()))).isInstanceOf(Refusal.Unauthorized.class);
        }

        for (IdentityNode node : List.of(n1, n2)) {
            assertThat(refused(login(node, ann.account(), ann.app().code()))).isInstanceOf(Refusal.RateLimited.class);
            assertThat(refused(login(node, ann.account(), ann.recoveryCodes().getFirst())))
                    .isInstanceOf(Refusal.RateLimited.class);
        }
        failedEarlier(Duration.ofSeconds(2));
        assertThat(refused(login(n1, ann.account(), ann.app().wrong()))).isInstanceOf(Refusal.Unauthorized.class);
        failedEarlier(Duration.ofMillis(1500));
        assertThat(refused(login(n2, ann.account(), ann.app().code())))
                .as("the wait has doubled")
                .isInstanceOf(Refusal.RateLimited.class);
        failedEarlier(Duration.ofMinutes(6));
        assertThat(login(n2, ann.account(), ann.app().code())).isInstanceOf(Outcome.Done.class);
        assertThat(refused(login(n1, ann.account(), ann.app().wrong()))).isInstanceOf(Refusal.Unauthorized.class);
    }

    private void failedEarlier(Duration by) {
        n1.sql("update second_factor set failed_at = failed_at - ?", by.toMillis());
    }

    @Test
    void secretIsStoredSealedAndRecoveryCodesAsHashes() throws Exception {
        Holder ann = holder(GlobalRole.USER);
        String id = ann.account().id().value();

        assertThat(n1.one("select secret from second_factor where account_id = ?", id))
                .startsWith("v1.");
        assertThat(n1.one("select count(*) from recovery_code where account_id = ? and length(code_hash) = 43", id))
                .isEqualTo("10");
        var otherSecret = new HashMap<>(SECRET);
        otherSecret.put("confab.secret", "another secret of more than 32 characters");
        n1.sql("delete from signing_key");
        try (var other = new IdentityNode(n1.url(), otherSecret)) {
            assertThat(refused(login(other, ann.account(), ann.app().code()))).isInstanceOf(Refusal.Unauthorized.class);
            assertThat(login(other, ann.account(), ann.recoveryCodes().getFirst()))
                    .isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    void withoutASecretOfTheServerNoneIsSetUpButOnADevelopersMachine() throws Exception {
        n1.sql("delete from signing_key"); // those that are sealed are of no use to a node without the secret
        try (var bare = new IdentityNode(n1.url(), Map.of("confab.profile", "production"));
                var dev = new IdentityNode(n1.url(), Map.of("confab.profile", "dev"))) {
            Account person = bare.person();
            Actor actor = bare.actor(person);

            assertThat(refused(bare.factors.begin(actor, PASSWORD))).isInstanceOf(Refusal.Conflict.class);
            assertThat(bare.factors.state(person.id()).possible()).isFalse();
            assertThat(dev.factors.state(person.id()).possible()).isTrue();
            var app = new Authenticator(done(dev.factors.begin(actor, PASSWORD)).secret());
            assertThat(dev.factors.confirm(actor, app.code())).isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    void whatWasBegunIsShownToThatSignInAloneAndNotForLong() {
        Account person = n1.person();
        Actor actor = n1.actor(person);
        Actor other = n1.actor(person);
        SecondFactors.Setup setup = done(n1.factors.begin(actor, PASSWORD));
        var app = new Authenticator(setup.secret());

        assertThat(n2.factors.pending(actor)).contains(setup);
        assertThat(n2.factors.pending(other)).isEmpty();
        assertThat(refused(n1.factors.confirm(other, app.code()))).isInstanceOf(Refusal.Conflict.class);
        n1.sql(
                "update second_factor set created_at = created_at - ?",
                Duration.ofMinutes(16).toMillis());
        assertThat(n2.factors.pending(actor)).isEmpty();
        assertThat(refused(n1.factors.confirm(actor, app.code()))).isInstanceOf(Refusal.Conflict.class);
        assertThat(refused(n1.factors.begin(actor, "another password"))).isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void newRecoveryCodesTakeThePlaceOfTheOldOnesAndTheFactorStays() {
        Holder ann = holder(GlobalRole.MODERATOR);
        String old = ann.recoveryCodes().getFirst();

        assertThat(refused(n1.factors.renewCodes(ann.actor(), PASSWORD, ""))).isInstanceOf(Refusal.OtpRequired.class);
        assertThat(refused(n1.factors.renewCodes(
                        ann.actor(), "another password", ann.app().code())))
                .isInstanceOf(Refusal.Unauthorized.class);
        List<String> fresh = done(
                n2.factors.renewCodes(ann.actor(), PASSWORD, ann.recoveryCodes().get(1)));

        assertThat(fresh).hasSize(10).doesNotHaveDuplicates().doesNotContainAnyElementsOf(ann.recoveryCodes());
        assertThat(n1.factors.state(ann.account().id()).recoveryCodes()).isEqualTo(10);
        assertThat(refused(login(n1, ann.account(), old))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(login(n1, ann.account(), fresh.getFirst())).isInstanceOf(Outcome.Done.class);
        assertThat(login(n1, ann.account(), ann.app().code())).isInstanceOf(Outcome.Done.class);
        assertThat(acts(ann.account())).containsExactly("factor.codes", "factor.set");
        assertThat(refused(n1.factors.renewCodes(n1.actor(n1.person()), PASSWORD, "123456")))
                .isInstanceOf(Refusal.Conflict.class);
    }

    @Test
    void ownFactorIsRemovedWithPasswordAndCodeAndLeavesItsLines() {
        Holder ann = holder(GlobalRole.MODERATOR);

        assertThat(refused(n1.factors.remove(ann.actor(), PASSWORD, " "))).isInstanceOf(Refusal.OtpRequired.class);
        assertThat(refused(n1.factors.remove(ann.actor(), PASSWORD, ann.app().wrong())))
                .isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refused(n1.factors.remove(
                        ann.actor(), "another password", ann.app().code())))
                .isInstanceOf(Refusal.Unauthorized.class);
        done(n2.factors.remove(ann.actor(), PASSWORD, ann.app().code()));

        assertThat(n1.factors.state(ann.account().id()).isInForce()).isFalse();
        assertThat(login(n1, ann.account(), "")).isInstanceOf(Outcome.Done.class);
        assertThat(acts(ann.account())).containsExactly("factor.removed", "factor.set");
        assertThat(n1.one(
                        "select count(*) from recovery_code where account_id = ?",
                        ann.account().id().value()))
                .isEqualTo("0");
    }

    private List<String> acts(Account on) {
        return new AuditTrail(n1.database)
                .before(Long.MAX_VALUE, 500).stream()
                        .filter(entry -> entry.line().target().equals(on.id().value()))
                        .map(entry -> entry.line().act())
                        .toList();
    }

    @Test
    void adminRemovesTheFactorOfSomebodyWhoLostItAndNobodyElseDoes() {
        Holder ann = holder(GlobalRole.MODERATOR);
        Actor admin = n1.actor(n1.person(GlobalRole.ADMIN));
        Actor moderator = n1.actor(n1.person(GlobalRole.MODERATOR));

        assertThat(refused(n1.acts.removeFactor(moderator, ann.account().id(), "x")))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(done(n1.acts.removeFactor(admin, ann.account().id(), "a lost telephone"))
                        .changed())
                .isTrue();
        assertThat(done(n1.acts.removeFactor(admin, ann.account().id(), "again"))
                        .changed())
                .isFalse();

        assertThat(login(n2, ann.account(), "")).isInstanceOf(Outcome.Done.class);
        assertThat(acts(ann.account())).containsExactly("factor.removed", "factor.set");
        Holder other = holder(GlobalRole.ADMIN);
        assertThat(refused(n1.acts.removeFactor(other.actor(), other.account().id(), "lazy")))
                .isInstanceOf(Refusal.BadRequest.class);
    }

    @Test
    void provingAgainTakesThePasswordAndACodeOfWhoHasAFactor() {
        Actor plain = n1.actor(n1.person(GlobalRole.AUDITOR));
        Holder ann = holder(GlobalRole.AUDITOR);

        assertThat(n1.factors.prove(plain, PASSWORD, "")).isInstanceOf(Outcome.Done.class);
        assertThat(refused(n1.factors.prove(plain, "another password", ""))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refused(n1.factors.prove(ann.actor(), PASSWORD, ""))).isInstanceOf(Refusal.OtpRequired.class);
        assertThat(refused(n1.factors.prove(ann.actor(), PASSWORD, ann.app().wrong())))
                .isInstanceOf(Refusal.Unauthorized.class);
        String code = ann.app().code();
        assertThat(n1.factors.prove(ann.actor(), PASSWORD, code)).isInstanceOf(Outcome.Done.class);
        assertThat(refused(n2.factors.prove(ann.actor(), PASSWORD, code))).isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void staffOfWhomAFactorIsAskedActOnNothingWithoutIt() {
        Holder admin = holder(GlobalRole.ADMIN);
        Account person = n1.person(GlobalRole.MODERATOR);
        SignIns.Session session = n1.login(person);
        var moderator = new Actor(person.id(), session.signIn(), "192.0.2.9");
        Account user = n1.person();
        assertThat(refused(n1.factors.require(n1.actor(n1.person(GlobalRole.ADMIN)), FactorRule.STAFF, "x")))
                .as("an admin without one")
                .isInstanceOf(Refusal.Conflict.class);
        assertThat(refused(n1.factors.require(moderator, FactorRule.NOBODY, "x")))
                .isInstanceOf(Refusal.Forbidden.class);

        assertThat(done(n1.factors.require(admin.actor(), FactorRule.ADMINS, "a theft")))
                .isTrue();
        assertThat(n2.acts.suspend(moderator, user.id(), null, "spam")).isInstanceOf(Outcome.Done.class);
        assertThat(n2.console.find(person.id(), session.signIn())).isPresent();
        assertThat(done(n1.factors.require(admin.actor(), FactorRule.STAFF, "a theft")))
                .isTrue();
        assertThat(done(n2.factors.require(admin.actor(), FactorRule.STAFF, "again")))
                .isFalse();

        assertThat(n2.factors.state(person.id()).asked()).isTrue();
        assertThat(refused(n2.acts.lift(moderator, user.id(), "x"))).isInstanceOf(Refusal.Forbidden.class);
        assertThat(n2.console.find(person.id(), session.signIn())).isEmpty();
        assertThat(n2.console.use(person.id(), session.signIn()).orElseThrow().factorMissing())
                .isTrue();
        assertThat(n2.acts.lift(admin.actor(), user.id(), "peace")).isInstanceOf(Outcome.Done.class);
        var app = new Authenticator(done(n1.factors.begin(moderator, PASSWORD)).secret());
        done(n1.factors.confirm(moderator, app.code()));
        assertThat(n2.acts.suspend(moderator, user.id(), null, "spam")).isInstanceOf(Outcome.Done.class);
        assertThat(n2.console.find(person.id(), session.signIn())).isPresent();
        assertThat(new AuditTrail(n1.database).before(Long.MAX_VALUE, 500))
                .filteredOn(entry -> entry.line().act().equals("policy.second_factor"))
                .extracting(entry -> entry.line().before() + " " + entry.line().after())
                .containsExactly("admins staff", "nobody admins");
    }
}
