package io.confab.rule;

import static io.confab.rule.RuleNode.accepted;
import static io.confab.rule.RuleNode.body;
import static io.confab.rule.RuleNode.document;
import static io.confab.rule.RuleNode.done;
import static io.confab.rule.RuleNode.grounds;
import static io.confab.rule.RuleNode.post;
import static io.confab.rule.RuleNode.refused;
import static io.confab.rule.RuleNode.trigger;
import static io.confab.rule.RuleNode.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.Sha256;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomCommand;
import io.confab.room.RoomEvent;
import io.confab.room.RoomKind;
import io.confab.room.RoomRole;
import io.confab.room.SanctionKind;
import io.confab.rule.RuleNode.Person;
import io.confab.rule.RuleNode.Sent;
import io.confab.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Rules from their making to what they do, on whichever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RuleContract {
    private static final String LAST = "select max(id) from audit";

    RuleNode node;
    private Person admin;
    private Person moderator;
    private Person ann;
    private Person ben;
    private RoomId room;

    abstract String url();

    @BeforeAll
    void open() {
        node = new RuleNode(url());
        admin = node.person(GlobalRole.ADMIN);
        moderator = node.person(GlobalRole.MODERATOR);
    }

    @AfterAll
    void close() {
        node.close();
    }

    /** A room of Ann with Ben in it, and no rules. */
    @BeforeEach
    void makeRoom() {
        node.forgetAll();
        ann = node.person();
        ben = node.person();
        room = node.room(RoomKind.PUBLIC, ann, ben);
        node.told.clear();
    }

    private List<String> linesAfter(String id) {
        return node.texts(
                "select act || ' ' || coalesce(state_before, '-') || ' -> ' || coalesce(state_after, '-') || ' ('"
                        + " || coalesce(why, '-') || ')' from audit where id > cast(? as bigint) order by id",
                id);
    }

    private static ObjectNode block(String word) {
        return document("block", word(word));
    }

    @Test
    void aRuleWatchesFirstAndDoesNothingThenButWriteDownWhatItMeets() {
        RuleRow rule = node.watching(admin, block("badword"));
        assertThat(rule.mode()).isEqualTo(RuleMode.WATCH);

        long seq = accepted(node.posts(ben, room, "a BAD\u200BWORD")).seq();

        assertThat(node.hits(rule)).singleElement().satisfies(hit -> {
            assertThat(hit.outcome()).isEqualTo(RuleHit.Outcome.NOTED);
            assertThat(hit.author()).isEqualTo(ben.user());
            assertThat(hit.room()).isEqualTo(room);
            assertThat(hit.seq()).isEqualTo(seq);
            assertThat(hit.met()).isEqualTo("badword");
        });
    }

    @Test
    void itIsSwitchedOnOnlyAfterADryRunOfWhatItIsNow() {
        node.sql("delete from message_text");
        RuleRow rule = node.watching(admin, block("badword"));
        assertThat(refused(Refusal.Conflict.class, node.rules.turn(admin.actor(), grounds(rule), RuleMode.ON, true))
                        .message())
                .contains("run this rule dry first");

        assertThat(node.runDry(admin, rule).state()).isEqualTo(DryRun.State.DONE);
        RuleRow changed = done(node.rules.change(admin.actor(), grounds(rule), block("otherword")));
        refused(Refusal.Conflict.class, node.rules.turn(admin.actor(), grounds(changed), RuleMode.ON, true));

        node.runDry(admin, changed);
        refused(Refusal.Conflict.class, node.rules.turn(admin.actor(), grounds(changed), RuleMode.ON, false));
        indexed(room, accepted(node.posts(ben, room, "nothing")).seq(), ben, true);
        node.runDry(admin, changed);
        RuleRow on = done(node.rules.turn(admin.actor(), grounds(changed), RuleMode.ON, false));
        assertThat(on.mode()).isEqualTo(RuleMode.ON);
        RuleRow renamed = done(
                node.rules.change(admin.actor(), grounds(on), block("otherword").put("told", "No.")));
        assertThat(renamed.mode()).as("it meets the same").isEqualTo(RuleMode.ON);
        RuleRow wider = done(node.rules.change(admin.actor(), grounds(renamed), block("word")));
        assertThat(wider.mode()).as("it meets something else").isEqualTo(RuleMode.WATCH);
    }

    @Test
    void whoComesSecondWithAnOldRevisionChangesNothing() {
        RuleRow rule = node.watching(admin, block("badword"));
        done(node.rules.change(admin.actor(), grounds(rule), block("otherword")));

        refused(Refusal.Conflict.class, node.rules.change(admin.actor(), grounds(rule), block("third")));
        refused(Refusal.Conflict.class, node.rules.delete(admin.actor(), grounds(rule)));

        assertThat(node.rules.find(rule.id()).orElseThrow().definition().trigger())
                .isEqualTo(new Trigger.Words(List.of("otherword"), true));
    }

    @Test
    void aRefusedMessageIsNowhereAndItsAuthorIsToldTheRulesText() {
        RuleRow rule = node.on(admin, block("badword"));
        String head = node.one("select head from room where id = ?", room.value());

        Refusal refusal = refused(Refusal.BlockedByRule.class, node.posts(ben, room, "b**ad**word"));

        assertThat(refusal.message()).isEqualTo("Not here, please.");
        assertThat(node.one("select head from room where id = ?", room.value())).isEqualTo(head);
        assertThat(node.told).isEmpty();
        assertThat(node.hits(rule)).singleElement().satisfies(hit -> {
            assertThat(hit.outcome()).isEqualTo(RuleHit.Outcome.BLOCKED);
            assertThat(hit.seq()).isNull();
        });
        accepted(node.posts(ben, room, "a good word"));
    }

    @Test
    void anEditMeetsRulesAsAMessageDoes() {
        long seq = accepted(node.posts(ben, room, "a good word")).seq();
        node.on(admin, block("badword"));

        refused(
                Refusal.BlockedByRule.class,
                node.sends(ben, room, new RoomCommand.EditMessage(seq, body("a badword")), "edit-" + seq));
        accepted(node.sends(ben, room, new RoomCommand.EditMessage(seq, body("a better word")), "edit2-" + seq));
    }

    /** The rules of today are no part of a request of yesterday. */
    @Test
    void aRepeatOfWhatWasAcceptedBeforeTheRuleIsARepeat() {
        Answer.Accepted first = accepted(
                node.sends(ben, room, post("a badword"), "once-" + room.value().substring(2)));
        RuleRow rule = node.on(admin, block("badword"));

        Answer.Accepted again = accepted(
                node.sends(ben, room, post("a badword"), "once-" + room.value().substring(2)));

        assertThat(again.duplicate()).isTrue();
        assertThat(again.seq()).isEqualTo(first.seq());
        assertThat(node.hits(rule)).isEmpty();
    }

    @Test
    void whoMayNotWriteIsToldThatAndNothingOfRules() {
        node.on(admin, block("badword"));
        node.sends(
                ann,
                room,
                new RoomCommand.SetSanction(ben.user(), SanctionKind.MUTE, null, null),
                "mute-" + room.value().substring(2));

        refused(Refusal.Muted.class, node.posts(ben, room, "badword"));
        refused(Refusal.NotMember.class, node.posts(node.person(), room, "badword"));
    }

    @Test
    void theRolesThatCountAreThoseAtTheCommit() {
        RuleRow rule = node.on(admin, block("badword"));

        accepted(node.posts(ann, room, "badword, says the owner"));
        node.sends(
                ann,
                room,
                new RoomCommand.SetRole(ben.user(), RoomRole.MODERATOR),
                "up-" + room.value().substring(2));
        accepted(node.posts(ben, room, "badword, says a moderator of the room"));
        node.sends(
                ann,
                room,
                new RoomCommand.SetRole(ben.user(), RoomRole.MEMBER),
                "down-" + room.value().substring(2));
        refused(Refusal.BlockedByRule.class, node.posts(ben, room, "badword"));
        node.sends(
                moderator,
                room,
                new RoomCommand.JoinRoom(),
                "join-" + room.value().substring(2));
        accepted(node.posts(moderator, room, "badword, says a moderator"));

        assertThat(node.hits(rule)).extracting(RuleHit::outcome).containsExactly(RuleHit.Outcome.BLOCKED);
    }

    @Test
    void nobodyIsExemptOfARuleThatSaysSoAndRoomsMayBe() {
        RoomId other = node.room(RoomKind.PUBLIC, ann, ben);
        ObjectNode strict = block("badword");
        strict.putArray("exempt");
        strict.putArray("exempt_rooms").add(other.value());
        node.on(admin, strict);

        refused(Refusal.BlockedByRule.class, node.posts(ann, room, "badword"));
        accepted(node.posts(ann, other, "badword"));
    }

    @Test
    void aHiddenMessageIsGivenToNobodyAndIsACaseUntilSomebodyHasLooked() {
        RuleRow rule = node.on(admin, document("hide", word("badword")));
        String before = node.one(LAST);

        Answer.Accepted sent = accepted(node.posts(ben, room, "a secret badword"));

        assertThat(node.told).extracting(LoggedEvent::seq).containsExactly(sent.seq(), sent.seq() + 1);
        assertThat(node.told.getFirst().event()).isEqualTo(new RoomEvent.MessagePosted(null, null, null, List.of()));
        assertThat(node.told.getLast().by()).isEqualTo(UserId.SERVER);
        assertThat(node.told.getLast().event())
                .isEqualTo(new RoomEvent.MessageDeleted(sent.seq(), "Not here, please.", true));
        assertThat(node.texts("select body from room_event where room_id = ? and body is not null", room.value()))
                .isEmpty();
        assertThat(node.one(
                        "select deleted_seq from room_event where room_id = ? and seq = ?", room.value(), sent.seq()))
                .isEqualTo(Long.toString(sent.seq() + 1));
        assertThat(linesAfter(before))
                .containsExactly("msg.hidden message of " + ben.user() + " -> hidden (rule: a rule)");
        String key = room.value() + "/" + sent.seq();
        assertThat(node.one("select state from mod_case where target = ?", key)).isEqualTo("open");
        assertThat(node.one("select r.text from report r join mod_case c on c.id = r.case_id where c.target = ?", key))
                .isEqualTo("rule: a rule");
        assertThat(node.one(
                        "select e.document from mod_evidence e join mod_case c on c.id = e.case_id where c.target = ?",
                        key))
                .contains("a secret badword");
        assertThat(node.hits(rule)).extracting(RuleHit::outcome).containsExactly(RuleHit.Outcome.HIDDEN);

        accepted(node.sends(moderator, room, new RoomCommand.RestoreMessage(sent.seq()), "back-" + sent.seq()));
        assertThat(Objects.requireNonNull(
                                ((RoomEvent.MessageRestored) node.told.getLast().event()).body())
                        .text())
                .isEqualTo("a secret badword");
    }

    @Test
    void theAuthorOfAHiddenMessageDoesNotBringItBackThoughTheyBecomeAModerator() {
        node.on(admin, document("hide", word("badword")));
        long seq = accepted(node.posts(ben, room, "badword")).seq();
        node.sends(
                ann,
                room,
                new RoomCommand.SetRole(ben.user(), RoomRole.MODERATOR),
                "up-" + room.value().substring(2));

        refused(Refusal.Forbidden.class, node.sends(ben, room, new RoomCommand.RestoreMessage(seq), "back-" + seq));
    }

    @Test
    void anEditThatIsHiddenTakesTheWholeMessageAwayAndEachTimeItIsACase() {
        long seq = accepted(node.posts(ben, room, "harmless")).seq();
        node.on(admin, document("hide", word("badword")));
        node.told.clear();

        accepted(node.sends(ben, room, new RoomCommand.EditMessage(seq, body("now a badword")), "e1-" + seq));

        assertThat(node.told.getFirst().event()).isEqualTo(new RoomEvent.MessageEdited(seq, null, List.of()));
        String key = room.value() + "/" + seq;
        assertThat(node.one("select state from mod_case where target = ?", key)).isEqualTo("open");
        accepted(node.sends(moderator, room, new RoomCommand.RestoreMessage(seq), "b1-" + seq));
        node.sql("update mod_case set state = 'closed' where target = ?", key);
        accepted(node.sends(ben, room, new RoomCommand.EditMessage(seq, body("another badword")), "e2-" + seq));
        assertThat(node.one("select state || ' ' || round from mod_case where target = ?", key))
                .isEqualTo("open 2");
        assertThat(node.texts(
                        "select r.round || ' ' || r.text_seq from report r join mod_case c on c.id = r.case_id"
                                + " where c.target = ?",
                        key))
                .singleElement()
                .asString()
                .startsWith("2 ");
        accepted(node.sends(moderator, room, new RoomCommand.RestoreMessage(seq), "b2-" + seq));
        assertThat(node.one("select count(*) from withheld where room_id = ?", room.value()))
                .isEqualTo("0");
    }

    @Test
    void aRepeatOfAHiddenMessageGetsTheFirstAnswer() {
        node.on(admin, document("hide", word("badword")));
        String cid = "hidden-" + room.value().substring(2);
        Answer.Accepted first = accepted(node.sends(ben, room, post("badword"), cid));

        Answer.Accepted again = accepted(node.sends(ben, room, post("badword"), cid));

        assertThat(again.duplicate()).isTrue();
        assertThat(again.seq()).isEqualTo(first.seq());
    }

    @Test
    void aRuleThatMutesRefusesTheMessageAndMutesItsAuthorInTheRoomForAWhile() {
        RuleRow rule = node.on(admin, document("mute", word("badword")));
        String before = node.one(LAST);

        refused(Refusal.BlockedByRule.class, node.posts(ben, room, "badword"));

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(linesAfter(before))
                        .singleElement()
                        .asString()
                        .startsWith("sanction.set no mute -> mute until ")
                        .endsWith("(rule: a rule)"));
        Instant until = Objects.requireNonNull(refused(Refusal.Muted.class, node.posts(ben, room, "a good word"))
                .until());
        assertThat(until)
                .isBetween(Instant.now().plusSeconds(500), Instant.now().plusSeconds(600));
        awaitHits(rule, RuleHit.Outcome.MUTED);
    }

    private void awaitHits(RuleRow rule, RuleHit.Outcome... outcomes) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(node.hits(rule)).extracting(RuleHit::outcome).containsExactlyInAnyOrder(outcomes));
    }

    @Test
    void aMuteOfARuleDoesNotShortenThatOfAModeratorWhichCameFirst() {
        RuleRow rule = node.on(admin, document("mute", word("badword")));
        Sent sent =
                node.decided(ben, room, post("badword"), "first-" + room.value().substring(2));
        Instant week = Instant.now().plus(Duration.ofDays(7)).truncatedTo(ChronoUnit.MILLIS);
        accepted(node.sends(
                ann,
                room,
                new RoomCommand.SetSanction(ben.user(), SanctionKind.MUTE, week, null),
                "week-" + room.value().substring(2)));

        node.live.answered(sent.judgement().orElseThrow(), sent.answer());

        awaitHits(rule, RuleHit.Outcome.BLOCKED);
        assertThat(refused(Refusal.Muted.class, node.posts(ben, room, "a good word"))
                        .until())
                .isEqualTo(week);
    }

    @Test
    void ofSeveralMessagesThatWereOnTheirWayOneMutes() {
        RuleRow rule = node.on(admin, document("mute", word("badword")));
        var sent = new ArrayList<Sent>();
        for (int i = 0; i < 5; i++) {
            sent.add(node.decided(
                    ben, room, post("badword"), i + "-" + room.value().substring(2)));
        }

        sent.forEach(one -> node.live.answered(one.judgement().orElseThrow(), one.answer()));

        RuleHit.Outcome blocked = RuleHit.Outcome.BLOCKED;
        awaitHits(rule, RuleHit.Outcome.MUTED, blocked, blocked, blocked, blocked);
        assertThat(node.told).singleElement().extracting(LoggedEvent::event).isInstanceOf(RoomEvent.SanctionSet.class);
    }

    @Test
    void aRuleThatMutesOnlyRefusesInADirectConversationWhereNobodyIsMuted() {
        RuleRow rule = node.on(admin, document("mute", word("badword")));
        RoomId direct = node.room(RoomKind.DIRECT, ann, ben);

        refused(Refusal.BlockedByRule.class, node.posts(ben, direct, "badword"));

        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(node.hits(rule)).isEmpty();
            assertThat(node.texts("select outcome from rule_hit where rule_id = ?", rule.id()))
                    .containsExactly("blocked");
        });
        accepted(node.posts(ben, direct, "a good word"));
    }

    @Test
    void anAlertLetsTheMessageStandAndMakesItACase() {
        RuleRow rule = node.on(admin, document("alert", word("badword")));

        long seq = accepted(node.posts(ben, room, "badword")).seq();
        long ofOwner =
                accepted(node.posts(ann, room, "badword, says the owner")).seq();

        assertThat(node.hits(rule)).extracting(RuleHit::outcome).containsExactly(RuleHit.Outcome.ALERTED);
        assertThat(node.texts("select target from mod_case where room_id = ?", room.value()))
                .containsExactly(room.value() + "/" + seq)
                .doesNotContain(room.value() + "/" + ofOwner);
    }

    @Test
    void theHardestOfSeveralRulesDecidesAndTheOthersAreNoted() {
        RuleRow hide = node.on(admin, document("hide", word("badword")));
        RuleRow block = node.on(admin, document("block", word("badword")));
        RuleRow watch = node.watching(admin, document("mute", word("badword")));

        refused(Refusal.BlockedByRule.class, node.posts(ben, room, "badword"));

        assertThat(node.hits(block)).extracting(RuleHit::outcome).containsExactly(RuleHit.Outcome.BLOCKED);
        assertThat(node.hits(hide)).extracting(RuleHit::outcome).containsExactly(RuleHit.Outcome.NOTED);
        assertThat(node.hits(watch)).extracting(RuleHit::outcome).containsExactly(RuleHit.Outcome.NOTED);
    }

    @Test
    void newAccountsMayBeHeldToMore() {
        ObjectNode young = document("block", trigger("{\"kind\": \"links\"}")).put("younger_than_s", 86_400);
        RuleRow rule = node.on(admin, young);
        Person old = node.person();
        node.sql(
                "update account set created_at = ? where id = ?",
                Instant.now().minus(Duration.ofDays(2)).toEpochMilli(),
                old.user().value());
        node.sends(old, room, new RoomCommand.JoinRoom(), "join-" + room.value().substring(2));

        refused(Refusal.BlockedByRule.class, node.posts(ben, room, "see http://x.example"));
        accepted(node.posts(ben, room, "see nothing"));
        accepted(node.posts(old, room, "see http://x.example"));
        assertThat(node.hits(rule)).extracting(RuleHit::author).containsExactly(ben.user());
    }

    @Test
    void whatIsMetInAPrivateRoomIsCountedAndNotShown() {
        RuleRow words = node.watching(admin, block("badword"));
        RuleRow all =
                node.watching(admin, document("block", trigger("{\"kind\":\"expression\",\"expression\":\".*\"}")));
        RoomId secret = node.room(RoomKind.PRIVATE, ann, ben);

        accepted(node.posts(ben, secret, "our badword"));
        accepted(node.posts(ben, room, "our badword"));

        assertThat(node.hits(words)).extracting(RuleHit::room).containsExactly(room);
        assertThat(node.hits(all)).extracting(RuleHit::met).containsExactly("our badword");
        assertThat(node.hits.lately(all.id(), Instant.EPOCH, 10)).isEqualTo(2);
        assertThat(node.texts("select met from rule_hit where room_id = ?", secret.value()))
                .containsExactly("", "");
    }

    @Test
    void ofAMessageThatIsGoneItsTextIsGoneFromTheHitsAndTheSamples() {
        node.sql("delete from message_text");
        RuleRow rule = node.watching(admin, block("badword"));
        long seq = accepted(node.posts(ben, room, "badword")).seq();
        indexed(room, seq, ben, true);
        node.runDry(admin, rule);
        assertThat(node.hits(rule)).extracting(RuleHit::met).containsExactly("badword");

        accepted(node.sends(ben, room, new RoomCommand.DeleteMessage(seq, null), "gone-" + seq));

        assertThat(node.hits(rule)).extracting(RuleHit::met).containsExactly("");
        assertThat(node.dryRuns.last(rule.id()).orElseThrow().samples())
                .extracting(DryRun.Sample::met)
                .containsExactly("");
    }

    @Test
    void anAlertOfAMessageThatIsGoneAtOnceIsNoCaseAndIsNotCalledOne() {
        RuleRow rule = node.on(admin, document("alert", word("badword")));
        long seq = accepted(node.posts(ben, room, "badword")).seq();
        accepted(node.sends(ben, room, new RoomCommand.DeleteMessage(seq, null), "gone-" + seq));

        assertThat(node.hits(rule)).extracting(RuleHit::outcome).containsExactly(RuleHit.Outcome.NOTED);
        assertThat(node.texts("select target from mod_case where room_id = ?", room.value()))
                .isEmpty();
    }

    @Test
    void hitsThatCannotBeWrittenWaitUntilTheyCanAndAlertOnce() {
        RuleRow rule = node.on(admin, document("alert", word("badword")));
        accepted(node.posts(ben, room, "badword"));
        node.hitsAway.set(2);

        assertThatThrownBy(node.hits::round).isInstanceOf(StoreFailure.Unavailable.class);
        assertThatThrownBy(node.hits::round).isInstanceOf(StoreFailure.Unavailable.class);

        assertThat(node.hits(rule)).extracting(RuleHit::outcome).containsExactly(RuleHit.Outcome.ALERTED);
        assertThat(node.one("select reports from mod_case where room_id = ?", room.value()))
                .isEqualTo("1");
    }

    @Test
    void hitsOfWhichNobodyLearntThatTheyWereWrittenAreWrittenOnce() {
        long lost = node.metrics.lostCount();
        RuleRow rule = node.watching(admin, block("badword"));
        accepted(node.posts(ben, room, "badword"));
        node.hitsUnheard.set(1);

        assertThatThrownBy(node.hits::round).isInstanceOf(StoreFailure.Unavailable.class);

        assertThat(node.hits(rule)).hasSize(1);
        assertThat(node.hits.lately(rule.id(), Instant.EPOCH, 10)).isEqualTo(1);
        assertThat(node.metrics.lostCount()).isEqualTo(lost);
    }

    @Test
    void aHitThatCanNeverBeWrittenIsLostAndHoldsUpNoOther() {
        long lost = node.metrics.lostCount();
        RuleRow rule = node.watching(admin, block("badword"));
        RuleRow unfit = new RuleRow(
                "q_" + "x".repeat(50),
                rule.definition(),
                RuleMode.WATCH,
                1,
                1,
                null,
                Instant.EPOCH,
                admin.user(),
                Instant.EPOCH);
        Sent sent =
                node.decided(ben, room, post("badword"), "unfit-" + room.value().substring(2));
        var met = List.of(new Judgement.Met(unfit, "badword"));
        node.live.answered(Judgement.of(ben.user(), room, null, Instant.now(), met), sent.answer());
        accepted(node.posts(ben, room, "a badword"));

        assertThat(node.hits(rule)).hasSize(1);
        assertThat(node.metrics.lostCount() - lost).isEqualTo(1);
        accepted(node.posts(ben, room, "another badword"));
        assertThat(node.hits(rule)).hasSize(2);
        assertThat(node.metrics.lostCount() - lost).isEqualTo(1);
    }

    @Test
    void anAlertThatCanNeverBeMadeIsLostAndItsHitIsNoted() {
        long lost = node.metrics.lostCount();
        RuleRow rule = node.on(admin, document("alert", word("badword")));
        accepted(node.posts(ben, room, "badword"));
        node.unfitAlerts = true;

        assertThat(node.hits(rule)).extracting(RuleHit::outcome).containsExactly(RuleHit.Outcome.NOTED);

        node.unfitAlerts = false;
        assertThat(node.metrics.lostCount() - lost).isEqualTo(1);
    }

    /** It is done to its end, and its hit is written as long as anything is. */
    @Test
    void aMuteThatIsUnderWayWhenItsNodeStopsIsNotCountedAsLost() throws Exception {
        node.on(admin, document("mute", word("badword")));
        try (var other = new RuleNode(url())) {
            other.live.start();
            var begun = new CountDownLatch(1);
            var goOn = new CountDownLatch(1);
            other.beforeMutes = () -> {
                begun.countDown();
                await(goOn);
            };
            refused(Refusal.BlockedByRule.class, other.posts(ben, room, "badword"));
            await(begun);

            other.hits.stop();

            assertThat(other.metrics.lostCount()).isZero();
            goOn.countDown();
        }
    }

    @Test
    void aNodeThatCannotReadTheRulesDoesNotOpenWithoutThem() {
        node.on(admin, block("badword"));
        try (var other = new RuleNode(url())) {
            other.rulesBroken = true;

            assertThatThrownBy(other.live::start).isInstanceOf(IllegalStateException.class);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aNodeThatStartsWhileTheDatabaseIsAwayOpensWithTheRules() {
        node.on(admin, block("badword"));
        try (var other = new RuleNode(url())) {
            other.rulesAway.set(2);

            other.live.start();

            assertThat(other.live.judge(ben.user(), room, post("badword"), "k")).isPresent();
            assertThat(other.live.number("k"))
                    .as("keys that are one to it nobody can look for")
                    .isNotEqualTo(node.live.number("k"));
        }
    }

    @Test
    void aDryRunWhileTheIndexIsBehindIsAPartThatMayBeUsedByWhoIsSure() {
        node.sql("delete from message_text");
        accepted(node.posts(ben, room, "a good word"));
        RuleRow rule = node.watching(admin, block("badword"));
        assertThat(node.runDry(admin, rule).state()).isEqualTo(DryRun.State.DONE);
        node.sql("update message_cursor set seq = 0 where room_id = ?", room.value());
        assertThat(node.runDryAsIs(admin, rule).state())
                .as("it always is, by some moments")
                .isEqualTo(DryRun.State.DONE);

        node.sql("update room_event set ts = ts - 11000 where room_id = ?", room.value());

        assertThat(node.runDryAsIs(admin, rule).state()).isEqualTo(DryRun.State.PARTIAL);
        assertThat(refused(Refusal.Conflict.class, node.rules.turn(admin.actor(), grounds(rule), RuleMode.ON, false))
                        .message())
                .contains("looked at a part of the messages only");
        node.sql("delete from message_cursor where room_id = ?", room.value());
        assertThat(node.runDryAsIs(admin, rule).state()).as("not begun").isEqualTo(DryRun.State.PARTIAL);
    }

    @Test
    void aDryRunWhoseNodeIsGoneIsAPartThatMayBeUsedByWhoIsSure() {
        RuleRow rule = node.watching(admin, block("badword"));
        node.runDry(admin, rule);
        node.sql("update rule_dry_run set state = 'running', beat_at = 0 where rule_id = ?", rule.id());

        assertThat(node.dryRuns.last(rule.id()).orElseThrow().state()).isEqualTo(DryRun.State.PARTIAL);
        assertThat(refused(Refusal.Conflict.class, node.rules.turn(admin.actor(), grounds(rule), RuleMode.ON, false))
                        .message())
                .contains("looked at a part of the messages only");
        assertThat(done(node.rules.turn(admin.actor(), grounds(rule), RuleMode.ON, true))
                        .mode())
                .isEqualTo(RuleMode.ON);
    }

    private void rewrite(RuleRow rule, ObjectNode document) {
        node.sql("update rule set document = ? where id = ?", Json.write(document), rule.id());
        node.sql("update rule_version set version = version + 1");
        node.live.refresh();
    }

    @Test
    void aDryRunThatFailsStandsAsAPart() {
        RuleRow rule = node.watching(admin, block("badword"));
        rewrite(rule, document("block", trigger("{\"kind\":\"expression\",\"expression\":\"a{1000}\"}")));

        assertThat(node.runDry(admin, rule).state()).isEqualTo(DryRun.State.PARTIAL);
    }

    @Test
    void aRuleThatOnlyANewerNodeKnowsIsOffHereAndKeepsNoOtherFromWorking() {
        RuleRow newer = node.on(admin, block("badword"));
        rewrite(newer, document("block", trigger("{\"kind\":\"sound\"}")));

        node.on(admin, block("otherword"));

        refused(Refusal.BlockedByRule.class, node.posts(ben, room, "otherword"));
        accepted(node.posts(ben, room, "badword"));
        RuleRow shown = node.rules.find(newer.id()).orElseThrow();
        assertThat(shown.mode()).isEqualTo(RuleMode.OFF);
        assertThat(shown.trouble()).contains("a newer one made it");
        refused(Refusal.Conflict.class, node.rules.change(admin.actor(), grounds(shown), block("x")));
        assertThat(node.one("select mode from rule where id = ?", newer.id())).isEqualTo("on");
    }

    @Test
    void aRuleWhoseRowIsDamagedKeepsNoNodeFromStarting() {
        RuleRow damaged = node.on(admin, block("badword"));
        node.on(admin, block("otherword"));
        String damage = node.database.isPostgres() ? "'[]'" : "'{\"name'"; // PostgreSQL keeps no half document
        node.sql("update rule set document = " + damage + " where id = ?", damaged.id());
        try (var other = new RuleNode(url())) {
            other.live.start();

            assertThat(other.live.judge(ben.user(), room, post("otherword"), "k"))
                    .isPresent();
        }
        node.sql("delete from rule where id = ?", damaged.id());
    }

    @Test
    void aRuleThatFailsWhileTheDatabaseIsAwayFallsWhenItIsBack() {
        ObjectNode slow = document("block", trigger("{\"kind\":\"expression\",\"expression\":\"(a*b?){15}c\"}"));
        RuleRow rule = node.on(admin, slow);
        node.mayFall = false;
        for (Person person : List.of(ann, ben, node.person())) {
            node.live.judge(person.user(), room, post("a".repeat(500_000)), null);
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> node.fellInVain.get() > 0);

        node.mayFall = true;
        node.live.round();

        assertThat(node.rules.find(rule.id()).orElseThrow().mode()).isEqualTo(RuleMode.WATCH);
    }

    /** Clients choose their keys, and know what makes two of them one for a hash of 32 bits. */
    @Test
    void messagesUnderKeysOfOneHashAreCountedEach() {
        node.on(admin, document("block", trigger("{\"kind\":\"rate\",\"times\":3,\"within_s\":60}")));
        String end = room.value().substring(2);
        assertThat("AaAa".hashCode()).isEqualTo("AaBB".hashCode()).isEqualTo("BBBB".hashCode());

        accepted(node.sends(ben, room, post("one"), "AaAa" + end));
        accepted(node.sends(ben, room, post("two"), "AaBB" + end));

        refused(Refusal.BlockedByRule.class, node.sends(ben, room, post("three"), "BBBB" + end));
    }

    @Test
    void ofARuleThatIsTooLongForTheAuditTrailItsHashStandsThere() {
        String before = node.one(LAST);
        ObjectNode document = block("x");
        ArrayNode words = (ArrayNode) document.path("trigger").path("words");
        for (int i = 0; i < 19; i++) {
            words.add((char) ('a' + i) + "y".repeat(RuleDocument.MAX_WORD_CHARS - 1));
        }
        RuleRow rule = node.watching(admin, document);

        assertThat(linesAfter(before))
                .singleElement()
                .asString()
                .contains("SHA-256 " + Sha256.hex(Json.write(RuleDocument.write(rule.definition()))));
    }

    private void indexed(RoomId in, long seq, Person by, boolean isPublic) {
        boolean postgres = node.database.isPostgres();
        node.sql(
                "insert into message_text (room_id, ts, seq, by_id, is_public" + (postgres ? ", words" : "")
                        + ") select room_id, ts, seq, by_id, ?" + (postgres ? ", ''" : "")
                        + " from room_event where room_id = ? and seq = ? and by_id = ?",
                isPublic,
                in.value(),
                seq,
                by.user().value());
    }

    @Test
    void aDryRunCountsMessagesAndAuthorsOfTheLastDaysAndShowsSomeOfPublicRooms() {
        node.sql("delete from message_text");
        RoomId secret = node.room(RoomKind.PRIVATE, ann, ben);
        RoomId elsewhere = node.room(RoomKind.PUBLIC, ben, ann);
        long first = accepted(node.posts(ben, room, "badword one")).seq();
        indexed(room, first, ben, true);
        indexed(room, accepted(node.posts(ben, room, "nothing")).seq(), ben, true);
        indexed(room, accepted(node.posts(ann, room, "badword of the owner")).seq(), ann, true);
        indexed(
                elsewhere,
                accepted(node.posts(ann, elsewhere, "another BADWORD")).seq(),
                ann,
                true);
        indexed(secret, accepted(node.posts(ben, secret, "a secret badword")).seq(), ben, false);
        long edited = accepted(node.posts(ben, room, "harmless")).seq();
        node.sends(ben, room, new RoomCommand.EditMessage(edited, body("badword, edited")), "e-" + edited);
        indexed(room, edited, ben, true);
        long old = accepted(node.posts(ben, room, "badword long ago")).seq();
        indexed(room, old, ben, true);
        node.sql(
                "update message_text set ts = ? where room_id = ? and seq = ?",
                Instant.now().minus(Duration.ofDays(8)).toEpochMilli(),
                room.value(),
                old);
        RuleRow rule = node.watching(admin, block("badword"));

        DryRun run = node.runDry(admin, rule);

        assertThat(run.state()).isEqualTo(DryRun.State.DONE);
        assertThat(run.lookedAt()).isEqualTo(6);
        assertThat(run.hits()).isEqualTo(4);
        assertThat(run.authors()).isEqualTo(2);
        assertThat(run.samples()).hasSize(3).extracting(DryRun.Sample::room).doesNotContain(secret);
        assertThat(run.samples()).extracting(DryRun.Sample::seq).contains(first, edited);
        assertThat(node.hits(rule)).isEmpty();
    }

    @Test
    void aDryRunGoesThroughAllPagesAlsoWhereManyMessagesAreOfOneMoment() {
        node.sql("delete from message_text");
        long seq = accepted(node.posts(ben, room, "badword")).seq();
        long now = Instant.now().minusSeconds(60).toEpochMilli();
        String words = node.database.isPostgres() ? ", ''" : "";
        String column = node.database.isPostgres() ? ", words" : "";
        int many = 2 * DryLook.PAGE + 7;
        node.sql(
                "insert into room_event (room_id, seq, type, by_id, ts, body, detail) select e.room_id, e.seq + 100 + n.x,"
                        + " e.type, e.by_id, ? + n.x / 1500, e.body, e.detail from room_event e, "
                        + (node.database.isPostgres() ? "generate_series(1, ?) n(x)" : "system_range(1, ?) n")
                        + " where e.room_id = ? and e.seq = ?",
                now,
                many,
                room.value(),
                seq);
        node.sql(
                "insert into message_text (room_id, ts, seq, by_id, is_public" + column
                        + ") select room_id, ts, seq, by_id, true" + words
                        + " from room_event where room_id = ? and seq > ?",
                room.value(),
                seq + 100);
        RuleRow rule = node.watching(admin, block("badword"));

        DryRun run = node.runDry(admin, rule);

        assertThat(run.lookedAt()).isEqualTo(many);
        assertThat(run.hits()).isEqualTo(many);
        assertThat(run.samples()).hasSize(DryLook.MOST_SAMPLES);
        node.sql("delete from room_event where room_id = ? and seq > ?", room.value(), seq + 100);
    }

    @Test
    void aRuleThatWouldStopEverybodyWarnsFirst() {
        node.sql("delete from message_text");
        RuleRow all =
                node.watching(admin, document("block", trigger("{\"kind\":\"expression\",\"expression\":\"x*\"}")));
        node.runDry(admin, all);
        assertThat(refused(Refusal.Conflict.class, node.rules.turn(admin.actor(), grounds(all), RuleMode.ON, false))
                        .message())
                .contains("whatever anybody writes");

        indexed(room, accepted(node.posts(ben, room, "the first")).seq(), ben, true);
        indexed(room, accepted(node.posts(ben, room, "the second")).seq(), ben, true);
        RuleRow many = node.watching(admin, document("block", word("the")));
        node.runDry(admin, many);
        assertThat(refused(Refusal.Conflict.class, node.rules.turn(admin.actor(), grounds(many), RuleMode.ON, false))
                        .message())
                .contains("100 % of all messages");
        assertThat(done(node.rules.turn(admin.actor(), grounds(many), RuleMode.ON, true))
                        .mode())
                .isEqualTo(RuleMode.ON);
    }

    @Test
    void aRuleThatEndsAbnormallyIsSwitchedDownAndShownAndStopsNoMessage() {
        ObjectNode slow = document("block", trigger("{\"kind\":\"expression\",\"expression\":\"(a*b?){15}c\"}"));
        RuleRow rule = node.on(admin, slow);
        String before = node.one(LAST);

        var cem = node.person();
        node.sends(cem, room, new RoomCommand.JoinRoom(), "join-" + room.value().substring(2));
        for (Person person : List.of(ben, node.person(GlobalRole.ADMIN), cem)) {
            node.sends(
                    person,
                    room,
                    post("a".repeat(500_000)),
                    "slow-" + person.user().value().substring(2));
        }

        RuleRow down = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> node.rules.find(rule.id()).orElseThrow(), r -> r.mode() == RuleMode.WATCH);
        assertThat(down.trouble()).contains("longer than a rule may");
        assertThat(down.changedBy()).isEqualTo(UserId.SERVER);
        assertThat(linesAfter(before)).singleElement().asString().startsWith("rule.switched on -> watch");
        done(node.rules.turn(admin.actor(), grounds(down), RuleMode.OFF, false));
    }

    @Test
    void whatIsChangedAtOneNodeHoldsAtTheOthers() {
        try (var other = new RuleNode(url())) {
            RuleRow rule = node.on(admin, block("badword"));

            other.live.start();

            refused(
                    Refusal.BlockedByRule.class,
                    other.sends(
                            ben, room, post("badword"), "other-" + room.value().substring(2)));
            done(node.rules.turn(admin.actor(), grounds(rule), RuleMode.OFF, false));
            other.live.refresh();
            accepted(other.posts(ben, room, "badword"));
        }
    }

    @Test
    void onlyAdminsChangeRulesAndTheSameCommandMakesOne() {
        refused(Refusal.Forbidden.class, node.rules.create(moderator.actor(), block("x"), "k1", ""));
        refused(Refusal.Forbidden.class, node.rules.create(ben.actor(), block("x"), "k1", ""));
        RuleRow rule = done(node.rules.create(admin.actor(), block("x"), "k1", "spam"));
        assertThat(done(node.rules.create(admin.actor(), block("x"), "k1", "spam")))
                .isEqualTo(rule);
        refused(Refusal.Forbidden.class, node.rules.turn(moderator.actor(), grounds(rule), RuleMode.OFF, true));
        refused(Refusal.Forbidden.class, node.rules.delete(moderator.actor(), grounds(rule)));
        refused(Refusal.Forbidden.class, node.dryRuns.start(moderator.actor(), rule.id()));
        refused(Refusal.Forbidden.class, node.dryRuns.start(moderator.actor(), "q_none"));
        refused(Refusal.NotFound.class, node.dryRuns.start(admin.actor(), "q_none"));

        done(node.rules.delete(admin.actor(), grounds(rule)));
        refused(Refusal.NotFound.class, node.rules.delete(admin.actor(), grounds(rule)));
    }

    @Test
    void anAdminTriesATextOnARuleThatIsNotThereAndNothingIsKept() {
        String audit = node.one(LAST);
        ObjectNode words = block("badword");

        assertThat(done(node.rules.tryOut(admin.actor(), words, "a **BAD**word")))
                .isEqualTo(new Tried(true, "badword", false));
        assertThat(done(node.rules.tryOut(admin.actor(), words, "a good word"))).isEqualTo(new Tried(false, "", false));
        assertThat(done(node.rules.tryOut(
                        admin.actor(), document("block", trigger("{\"kind\":\"any\"}")), "a good word")))
                .isEqualTo(new Tried(true, "", false));
        ObjectNode slow = document("block", trigger("{\"kind\":\"expression\",\"expression\":\"(a*b?){15}c\"}"));
        assertThat(done(node.rules.tryOut(admin.actor(), slow, "a".repeat(500_000))))
                .isEqualTo(new Tried(false, "", true));
        refused(Refusal.BadRequest.class, node.rules.tryOut(admin.actor(), block("\u200B"), "x"));
        for (Person person : List.of(moderator, ben)) {
            refused(Refusal.Forbidden.class, node.rules.tryOut(person.actor(), words, "badword"));
        }
        assertThat(node.rules.list()).isEmpty();
        assertThat(node.one(LAST)).isEqualTo(audit);
    }

    @Test
    void whatIsNoRuleIsRefusedWithAReason() {
        for (String bad : List.of(
                "{\"kind\":\"words\",\"words\":[]}",
                "{\"kind\":\"words\",\"words\":[\"\u200B\"]}",
                "{\"kind\":\"expression\",\"expression\":\"((a{1000}){1000}){9}\"}",
                "{\"kind\":\"links\",\"domains\":[\"x y\"]}",
                "{\"kind\":\"links\",\"except\":true}",
                "{\"kind\":\"mentions\",\"at_least\":0}",
                "{\"kind\":\"rate\",\"times\":1000,\"within_s\":1}",
                "{\"kind\":\"other\"}")) {
            var outcome = node.rules.create(admin.actor(), document("block", trigger(bad)), "bad", "");
            assertThat(refused(Refusal.BadRequest.class, outcome).message())
                    .as(bad)
                    .isNotEmpty();
        }
        refused(
                Refusal.BadRequest.class,
                node.rules.create(admin.actor(), block("x").put("name", " "), "bad", ""));
        refused(
                Refusal.BadRequest.class,
                node.rules.create(admin.actor(), block("x").put("mute_s", 5), "bad", ""));
        ObjectNode many = block("x");
        ArrayNode words = (ArrayNode) many.path("trigger").path("words");
        words.removeAll();
        for (int i = 0; i < 21; i++) {
            words.add("w" + i);
        }
        refused(Refusal.BadRequest.class, node.rules.create(admin.actor(), many, "bad", ""));
        for (int i = 0; i < 5; i++) {
            done(node.rules.create(admin.actor(), block("x"), "most" + i + room.value(), ""));
        }
        refused(Refusal.Conflict.class, node.rules.create(admin.actor(), block("x"), "most5", ""));
    }

    @Test
    void hitsAreReadInPagesAndGoWhenTheyAreOldEnough() {
        RuleRow rule = node.watching(admin, block("badword"));
        for (int i = 0; i < 3; i++) {
            accepted(node.posts(ben, room, "badword " + i));
        }
        List<RuleHit> all = node.hits(rule);
        assertThat(all).hasSize(3);
        assertThat(node.hits.page(rule.id(), all.get(0).id(), 1)).containsExactly(all.get(1));
        assertThat(node.hits.lately(rule.id(), Instant.now().minusSeconds(600), 2))
                .isEqualTo(2);

        node.sql(
                "update rule_hit set at = ? where id = ?",
                Instant.now().minus(Duration.ofDays(31)).toEpochMilli(),
                all.get(2).id());
        node.hits.purge();

        assertThat(node.hits(rule)).containsExactly(all.get(0), all.get(1));
    }
}
