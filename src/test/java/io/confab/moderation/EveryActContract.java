package io.confab.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.directory.ReadRight;
import io.confab.identity.Account;
import io.confab.identity.Actor;
import io.confab.identity.AdminActs;
import io.confab.identity.FactorRule;
import io.confab.identity.IdentityNode;
import io.confab.identity.Outcome;
import io.confab.identity.RegistrationMode;
import io.confab.identity.SecondFactors;
import io.confab.identity.SignInSettings;
import io.confab.identity.StaffRight;
import io.confab.identity.TestClock;
import io.confab.it.support.Authenticator;
import io.confab.job.DecidedJobs;
import io.confab.job.JobRunner;
import io.confab.job.Jobs;
import io.confab.job.MessageCount;
import io.confab.job.NoLoad;
import io.confab.job.Task;
import io.confab.kernel.Caller;
import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.LogNode;
import io.confab.log.RoomLog;
import io.confab.node.LogLevels;
import io.confab.node.NodeOrders;
import io.confab.node.Order;
import io.confab.notice.Notice;
import io.confab.notice.Notices;
import io.confab.ops.Restoring;
import io.confab.report.AutoHide;
import io.confab.report.Decisions;
import io.confab.report.HidePolicy;
import io.confab.report.ReasonTemplate;
import io.confab.report.ReasonTemplates;
import io.confab.report.Remedies;
import io.confab.report.Remedy;
import io.confab.report.ReportSettings;
import io.confab.report.ReportType;
import io.confab.report.Reports;
import io.confab.report.Verdict;
import io.confab.report.Warnings;
import io.confab.report.Wish;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.RoomRules;
import io.confab.room.SanctionKind;
import io.confab.rule.DryRuns;
import io.confab.rule.RuleMode;
import io.confab.rule.RuleRow;
import io.confab.rule.RuleSettings;
import io.confab.rule.Rules;
import io.confab.work.Leases;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** No act without its line, no line without its act: a new {@link AuditAct} does not compile until it is done here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EveryActContract {
    private static final Instant FIVE = Instant.parse("2099-01-01T05:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Instant SIX = Instant.parse("2099-01-01T06:00:00Z");
    /** These make something, only read, or are no matter of the database: nothing stood before. */
    private static final Set<AuditAct> FROM_NOTHING = Set.of(
            AuditAct.FIRST_ADMIN,
            AuditAct.INVITE_CREATE,
            AuditAct.ROOM_READ,
            AuditAct.WITHHELD_READ,
            AuditAct.ROOMS_NEW_EPOCHS,
            AuditAct.DELETION_ORDERED,
            AuditAct.ANNOUNCEMENT_ORDERED,
            AuditAct.NODE_LOG_LEVEL,
            AuditAct.USER_CLOSE_SOCKETS,
            AuditAct.RULE_CREATED,
            AuditAct.RULE_DRY_RUN,
            AuditAct.PERSON_NOTED);

    /** It does them by itself, or later, for who decided or ordered them: they come from nowhere. */
    private static final Set<AuditAct> BY_THE_SERVER = Set.of(
            AuditAct.FIRST_ADMIN,
            AuditAct.ROOMS_NEW_EPOCHS,
            AuditAct.USER_WARNED,
            AuditAct.USER_UNWARNED,
            AuditAct.JOB_DONE);

    private static final RuleSettings RULES = RuleSettings.from(new Configuration(key -> Optional.empty()));
    private static final ObjectNode RULE = rule("{\"name\": \"spam\", \"act\": \"block\","
            + " \"trigger\": {\"kind\": \"words\", \"words\": [\"buy now\"]}}");

    private final ActNotes notes = new ActNotes();
    private final Ids ids = new Ids();
    private IdentityNode node;
    private LogNode writers;
    private Account admin;
    private Actor asAdmin;
    private Actor asModerator;
    private Actor asOwner;
    private Actor asMember;
    private RoomId room;

    /** Of an empty database. */
    abstract String url();

    @BeforeAll
    void startTheNode() {
        node = new IdentityNode(url());
        writers = new LogNode(node.database, new ActWitness(notes));
        admin = node.person(GlobalRole.ADMIN);
        asAdmin = node.actor(admin);
        asModerator = node.actor(node.person(GlobalRole.MODERATOR));
    }

    @AfterAll
    void stop() {
        writers.close();
        node.close();
    }

    /** Two people, a room of the first with the second in it. */
    @BeforeEach
    void makeARoom() {
        asOwner = node.actor(node.person(GlobalRole.USER));
        asMember = node.actor(node.person(GlobalRole.USER));
        var create = new RoomCommand.CreateRoom(RoomKind.PRIVATE, "a room", List.of(asMember.user()));
        var caller = new Caller(asOwner.user(), asOwner.signIn(), Instant.MAX);
        room = accepted(writers.log().create(caller, create, ids.cid())).room();
    }

    @Test
    void everyActLeavesOneLineThatSaysHowItStoodBefore() {
        for (AuditAct act : AuditAct.values()) {
            makeARoom();
            Runnable prepared = prepare(act);
            long before = newest();

            prepared.run();

            assertThat(since(before)).as(act.word()).singleElement().satisfies(line -> {
                assertThat(line.act()).isEqualTo(act.word());
                assertThat(line.after() == null).isEqualTo(act == AuditAct.ROOM_READ || act == AuditAct.WITHHELD_READ);
                assertThat(line.before() == null).isEqualTo(FROM_NOTHING.contains(act));
                assertThat(line.before() == null || !line.before().equals(line.after()))
                        .isTrue();
                assertThat(line.address()).isEqualTo(BY_THE_SERVER.contains(act) ? null : asAdmin.address());
            });
        }
    }

    /** Brings about what the act needs, and gives the act itself. */
    private Runnable prepare(AuditAct act) {
        UserId user = asMember.user();
        return switch (act) {
            case MESSAGE_DELETED -> {
                long seq = says(asMember, post("spam")).seq();
                yield () -> says(asAdmin, new RoomCommand.DeleteMessage(seq, "advertising"));
            }
            case MESSAGE_HIDDEN -> {
                long seq = says(asMember, post("spam")).seq();
                yield () -> says(asAdmin, new RoomCommand.HideMessage(seq, "let me see"));
            }
            case MESSAGE_RESTORED -> {
                long seq = hidden();
                yield () -> says(asAdmin, new RoomCommand.RestoreMessage(seq));
            }
            case MESSAGES_DELETED -> {
                long seq = says(asMember, post("spam")).seq();
                yield () -> says(asAdmin, new RoomCommand.RemoveMessages(List.of(seq), "advertising"));
            }
            case PIN_ADDED -> {
                long seq = says(asMember, post("the rules of this room")).seq();
                yield () -> says(asAdmin, new RoomCommand.PinMessage(seq));
            }
            case PIN_REMOVED -> {
                long seq = says(asMember, post("the rules of this room")).seq();
                says(asAdmin, new RoomCommand.PinMessage(seq));
                yield () -> says(asAdmin, new RoomCommand.UnpinMessage(seq));
            }
            case WITHHELD_READ -> {
                long seq = hidden();
                yield () -> done(new WithheldTexts(node.database)
                        .read(new StaffMember(admin, asAdmin.signIn(), asAdmin.address()), room, seq, "a report"));
            }
            case SANCTION_SET -> () -> says(asAdmin, mute(user, FIVE));
            case SANCTION_LIFTED -> {
                says(asAdmin, mute(user, FIVE));
                yield () -> says(asAdmin, new RoomCommand.LiftSanction(user, SanctionKind.MUTE));
            }
            case MEMBER_JOINED -> {
                UserId guest = node.person(GlobalRole.USER).id();
                yield () -> says(asAdmin, new RoomCommand.InviteMember(guest, RoomRole.MEMBER));
            }
            case MEMBER_LEFT -> () -> says(asAdmin, new RoomCommand.KickMember(user, "too loud"));
            case MEMBER_ROLE -> () -> says(asAdmin, new RoomCommand.SetRole(user, RoomRole.MODERATOR));
            case ROOM_UPDATED ->
                () -> says(asAdmin, new RoomCommand.UpdateRoom("its name", "its topic", RoomMode.READONLY, null));
            case ROOM_ARCHIVED -> () -> says(asAdmin, new RoomCommand.ArchiveRoom());
            case ROOM_READ ->
                () -> done(new ConfidentialReading(node.database)
                        .open(new StaffMember(admin, asAdmin.signIn(), asAdmin.address()), room, "a report"));
            case USER_SUSPEND -> () -> done(node.acts.suspend(asAdmin, user, FIVE, "spam"));
            case USER_UNSUSPEND -> {
                done(node.acts.suspend(asAdmin, user, FIVE, "spam"));
                yield () -> done(node.acts.lift(asAdmin, user, "sorry"));
            }
            case USER_SIGN_OUT -> () -> done(node.acts.signOut(asAdmin, user, "a lost telephone"));
            case USER_ROLE -> () -> done(node.acts.setRole(asAdmin, user, GlobalRole.AUDITOR, "she reads"));
            case FIRST_ADMIN -> node::makeFirstAdmin;
            case FACTOR_SET -> {
                Authenticator app = begun(asMember);
                yield () -> done(node.factors.confirm(asMember, app.code()));
            }
            case FACTOR_REMOVED -> {
                done(node.factors.confirm(asMember, begun(asMember).code()));
                yield () -> done(node.acts.removeFactor(asAdmin, user, "a lost telephone"));
            }
            case FACTOR_RULE -> {
                done(node.factors.confirm(asAdmin, begun(asAdmin).code()));
                yield () -> done(node.factors.require(asAdmin, FactorRule.ADMINS, "a theft"));
            }
            case INVITE_CREATE -> () -> done(node.invites.create(asAdmin, Duration.ofDays(1), "for ben"));
            case INVITE_REVOKE -> {
                done(node.invites.create(asAdmin, Duration.ofDays(1), "for ben"));
                String id = Objects.requireNonNull(node.one("select code_hash from invite where revoked_at is null"));
                node.sql("delete from invite where code_hash <> ?", id);
                yield () -> done(node.invites.revoke(asAdmin, id, "not him"));
            }
            case ROOMS_NEW_EPOCHS -> () -> Restoring.start(node.database, "2026-11-26");
            case NODE_DRAIN -> () -> drain(asAdmin, "draining");
            case CASE_DECIDED -> {
                Wish wish = new Wish(reported(), 1, Verdict.DISAGREE, List.of(), "", "as it should be", ids.cid());
                yield () -> done(decisions().decide(admin(), wish));
            }
            case CASE_REOPENED -> {
                Wish wish = new Wish(reported(), 1, Verdict.IGNORE, List.of(), "", "", ids.cid());
                done(decisions().decide(admin(), wish));
                String made = node.one("select id from mod_decision order by at desc, id limit 1");
                yield () -> done(decisions().undo(admin(), String.valueOf(made), 2, ids.cid()));
            }
            case NODE_UNDRAIN -> () -> order(new Order.Undrain());
            case NODE_LOG_LEVEL ->
                () -> order(new Order.LogLevel("io.confab", LogLevels.Level.DEBUG, Duration.ofMinutes(10)));
            case USER_CLOSE_SOCKETS -> () -> order(new Order.CloseSockets(user, null));
            case USER_WARNED -> {
                String warning = warned();
                leaveUndone(warning);
                node.sql("delete from notice");
                yield () -> done(decisions().finish(admin(), warning));
            }
            case USER_UNWARNED -> {
                Decisions.Made undone = done(decisions().undo(admin(), warned(), 2, ids.cid()));
                leaveUndone(undone.decision().id());
                node.sql("update notice set seen_at = null");
                yield () -> done(decisions().finish(admin(), undone.decision().id()));
            }
            case TEMPLATE_SET -> () -> done(templates().put(admin(), template("Be kind")));
            case TEMPLATE_REMOVED -> {
                done(templates().put(admin(), template("Be kind")));
                yield () -> done(templates().remove(admin(), "t_kind"));
            }
            case DELETION_ORDERED -> () -> ordered(new Task.Deletion(user, room, DAY, DAY));
            case ANNOUNCEMENT_ORDERED -> () -> ordered(new Task.Announcement("hello", false, List.of(room)));
            case JOB_DONE -> {
                carryOut();
                ordered(new Task.Deletion(null, room, DAY, Duration.ZERO));
                yield this::carryOut;
            }
            case JOB_STOPPED -> {
                String job = ordered(new Task.Deletion(null, room, DAY, Duration.ZERO));
                yield () -> done(jobs().stop(admin(), job, "a mistake"));
            }
            case RESTORATION_ORDERED -> {
                String job = ordered(new Task.Deletion(null, room, DAY, Duration.ZERO));
                carryOut();
                yield () -> done(jobs().restore(admin(), job, ids.cid(), "a mistake", ""));
            }
            case RULE_CREATED -> () -> rule();
            case RULE_CHANGED -> {
                RuleRow rule = rule();
                yield () -> done(
                        rules().change(asAdmin, grounds(rule), RULE.deepCopy().put("told", "Not here.")));
            }
            case RULE_SWITCHED -> {
                RuleRow rule = rule();
                yield () -> done(rules().turn(asAdmin, grounds(rule), RuleMode.OFF, false));
            }
            case RULE_DELETED -> {
                RuleRow rule = rule();
                yield () -> done(rules().delete(asAdmin, grounds(rule)));
            }
            case RULE_DRY_RUN -> {
                RuleRow rule = rule();
                yield () -> done(
                        new DryRuns(node.database, adminActs(), RULES, Clock.systemUTC()).start(asAdmin, rule.id()));
            }
            case FACTOR_CODES -> {
                Authenticator app = begun(asMember);
                done(node.factors.confirm(asMember, app.code()));
                node.sql("update second_factor set last_step = 0");
                yield () -> done(node.factors.renewCodes(asMember, IdentityNode.PASSWORD, app.code()));
            }
            case REGISTRATION_RULE -> {
                done(node.registration.decide(asAdmin, RegistrationMode.INVITE, "a wave"));
                yield () -> done(node.registration.decide(asAdmin, RegistrationMode.OPEN, "it is over"));
            }
            case HIDE_RULE -> {
                var settings = ReportSettings.from(new Configuration(key -> Optional.empty()));
                var policy = new HidePolicy(node.policies, settings);
                done(policy.decide(asAdmin, 40, "a wave"));
                yield () -> done(policy.decide(asAdmin, 0, "it is over"));
            }
            case PERSON_NOTED -> () -> done(personNotes().write(asModerator, user, "was rude to ben", ids.cid()));
        };
    }

    private Jobs jobs() {
        var right = new StaffRight(SignInSettings.from(new Configuration(key -> Optional.empty())));
        var count = new MessageCount(node.database);
        return new Jobs(node.database, right, count, RoomRules.defaults(), Clock.systemUTC());
    }

    private String ordered(Task task) {
        String id = ids.cid();
        done(jobs().order(admin(), new Jobs.Order(id, task, "a wave of spam", "")));
        return id;
    }

    private void carryOut() {
        var clock = new TestClock();
        var runner = new JobRunner(
                node.database,
                writers.reader(),
                new RoomActs(writers.log(), notes),
                new MessageCount(node.database),
                RoomRules.defaults(),
                job -> true,
                new Leases(node.database, new NodeId("n1"), ids),
                new NoLoad(),
                clock);
        node.sql("update lease set until_at = 0");
        boolean more = true;
        while (more) {
            more = runner.round();
            clock.advance(Duration.ofSeconds(1)); // a restoration waits for what may come late
        }
    }

    private static ObjectNode rule(String json) {
        return (ObjectNode) Json.read(json);
    }

    private RuleRow rule() {
        Outcome<RuleRow> made = rules().create(asAdmin, RULE, ids.cid(), "spam");
        return ((Outcome.Done<RuleRow>) made).value();
    }

    private Rules rules() {
        return new Rules(node.database, adminActs(), RULES, Clock.systemUTC());
    }

    private AdminActs adminActs() {
        return new AdminActs(node.database, SignInSettings.from(new Configuration(key -> Optional.empty())));
    }

    private static Rules.Grounds grounds(RuleRow rule) {
        return new Rules.Grounds(rule.id(), rule.revision(), "spam");
    }

    private long hidden() {
        long seq = says(asMember, post("spam")).seq();
        says(asModerator, new RoomCommand.HideMessage(seq, null));
        return seq;
    }

    @Test
    void whatTheServerDoesByItselfLeavesALineThatSaysForWhom() {
        long seq = says(asMember, post("spam")).seq();
        var acts = new RoomActs(writers.log(), notes);
        long before = newest();

        done(acts.hide(RoomActs.Act.byServer(room, "20 reports", null, ids.cid(), null), seq));
        done(acts.restore(RoomActs.Act.byServer(room, "undone", null, ids.cid(), asModerator.user()), seq));

        UserId author = asMember.user();
        assertThat(since(before))
                .allSatisfy(line -> assertThat(line.actor()).isEqualTo(UserId.SERVER))
                .extracting(line -> line.act() + ": " + line.before() + " -> " + line.after() + " (" + line.why() + ")")
                .containsExactly(
                        "msg.hidden: message of " + author + " -> hidden (20 reports)",
                        "msg.restored: message of " + author + ", hidden -> standing, on behalf of "
                                + asModerator.user() + " (undone)");
    }

    /** What staff note is not what the room reads. */
    @Test
    void theNoteForStaffStandsInTheTrailAndTheOtherTextInTheRoom() {
        long seq = says(asMember, post("spam")).seq();
        var by = new StaffMember(admin, asAdmin.signIn(), asAdmin.address());
        long before = newest();

        done(new RoomActs(writers.log(), notes)
                .delete(new RoomActs.Act(by, room, "third time", "against the rules", ids.cid()), seq));

        assertThat(since(before))
                .singleElement()
                .satisfies(line -> assertThat(line.why()).isEqualTo("third time"));
        assertThat(node.one("select count(*) from room_event where type = 'msg.deleted' and target_seq = " + seq
                        + " and cast(detail as varchar(1000)) like '%against the rules%' and room_id = '" + room + "'"))
                .isEqualTo("1");
    }

    /** Of a mode, an archive, a role, a lift: the room's log has no place for a reason, the trail has. */
    @Test
    void theReasonOfAnActWhoseEventHasNoneStandsInItsLine() {
        var commands = List.of(
                new RoomCommand.UpdateRoom(null, null, RoomMode.READONLY, null),
                new RoomCommand.SetRole(asMember.user(), RoomRole.MODERATOR),
                new RoomCommand.ArchiveRoom());
        for (RoomCommand command : commands) {
            String cid = ids.cid();
            long before = newest();

            notes.why(asAdmin.user(), cid, "a quarrel");
            accepted(
                    writers.log().submit(new RoomLog.Submission(asAdmin.user(), asAdmin.signIn(), room, command, cid)));

            assertThat(since(before))
                    .as(command.toString())
                    .singleElement()
                    .satisfies(line -> assertThat(line.why()).isEqualTo("a quarrel"));
        }
    }

    @Test
    void aWarningOutsideOfAReportIsToldOnceAndHasOneLine() {
        UserId user = asMember.user();
        String cid = ids.cid();
        long before = newest();

        Warnings.Told told = done(warnings().warn(asModerator, user, "be kind", "rude to ben", cid));
        Warnings.Told again = done(warnings().warn(asModerator, user, "be kind", "rude to ben", cid));

        assertThat(again).isEqualTo(new Warnings.Told(told.id(), true));
        assertThat(warnings().warn(asModerator, user, "another", null, cid))
                .isEqualTo(Outcome.refused(new Refusal.CidConflict("this cid said another warning")));
        assertThat(since(before)).singleElement().satisfies(line -> {
            assertThat(line.act()).isEqualTo("user.warned");
            assertThat(line.actor()).isEqualTo(asModerator.user());
            assertThat(line.why()).isEqualTo("rude to ben");
            assertThat(line.address()).isEqualTo(asModerator.address());
        });
        assertThat(new Notices(node.database, Clock.systemUTC()).unseen(user))
                .extracting(Notice::text)
                .containsExactly("be kind");
        assertThat(warnings().of(user, 10)).extracting(Notice::id).containsExactly(told.id());
    }

    @Test
    void aWarningIsTakenBackUntilItIsSeen() {
        UserId user = asMember.user();
        var notices = new Notices(node.database, Clock.systemUTC());
        String wrong =
                done(warnings().warn(asAdmin, user, "be kind", null, ids.cid())).id();
        String seen = done(warnings().warn(asAdmin, user, "be quiet", null, ids.cid()))
                .id();
        notices.seen(user, seen);
        long before = newest();

        done(warnings().takeBack(asAdmin, user, wrong, "not him"));

        assertThat(notices.unseen(user)).isEmpty();
        assertThat(since(before)).singleElement().satisfies(line -> {
            assertThat(line.act()).isEqualTo("user.unwarned");
            assertThat(line.why()).isEqualTo("not him");
        });
        for (String gone : List.of(wrong, seen)) {
            assertThat(warnings().takeBack(asAdmin, user, gone, null))
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.Conflict.class));
        }
        assertThat(warnings().takeBack(asAdmin, asOwner.user(), wrong, null))
                .as("of somebody else")
                .isEqualTo(Outcome.refused(new Refusal.NotFound("there is no such warning")));
        assertThat(newest()).as("no line without an act").isEqualTo(before + 1);
    }

    /** As with every act on an account. */
    @Test
    void nobodyWarnsThemselvesNorAModeratorTheStaffNorAUserAnybody() {
        UserId user = asMember.user();
        Actor asAuditor = node.actor(node.person(GlobalRole.AUDITOR));
        long before = newest();

        for (Actor by : List.of(asOwner, asAuditor)) {
            assertThat(warnings().warn(by, user, "be kind", null, ids.cid()))
                    .isEqualTo(Outcome.refused(new Refusal.Forbidden("only a moderator may do this")));
        }
        assertThat(warnings().warn(asModerator, admin.id(), "be kind", null, ids.cid()))
                .isEqualTo(Outcome.refused(new Refusal.Forbidden("only an admin acts on staff")));
        assertThat(warnings().warn(asAdmin, admin.id(), "be kind", null, ids.cid()))
                .isEqualTo(Outcome.refused(new Refusal.BadRequest("nobody does this to themselves")));
        assertThat(newest()).isEqualTo(before);
        assertThat(warnings().of(user, 10)).isEmpty();
    }

    private Warnings warnings() {
        return new Warnings(node.acts, new Notices(node.database, Clock.systemUTC()), Clock.systemUTC());
    }

    private PersonNotes personNotes() {
        return new PersonNotes(node.database, right(), Clock.systemUTC());
    }

    private static StaffRight right() {
        return new StaffRight(SignInSettings.from(new Configuration(key -> Optional.empty())));
    }

    private StaffMember admin() {
        return new StaffMember(admin, asAdmin.signIn(), asAdmin.address());
    }

    /** The decision of an act that a node that died had not begun. */
    private void leaveUndone(String decision) {
        node.sql("update mod_act set state = 'pending' where decision_id = ?", decision);
    }

    private String warned() {
        var warn = new Wish.Asked(Remedy.WARN, null);
        Wish wish = new Wish(reported(), 1, Verdict.AGREE, List.of(warn), "be kind", "", ids.cid());
        return done(decisions().decide(admin(), wish)).decision().id();
    }

    private ReasonTemplates templates() {
        return new ReasonTemplates(
                node.database, new StaffRight(SignInSettings.from(new Configuration(key -> Optional.empty()))));
    }

    private static ReasonTemplate template(String text) {
        return new ReasonTemplate("t_kind", "Kindness", text, "", null, 8);
    }

    private Decisions decisions() {
        var remedies = new Remedies(
                node.database,
                new RoomActs(writers.log(), notes),
                node.acts,
                new DecidedJobs(
                        node.database, new MessageCount(node.database), RoomRules.defaults(), Clock.systemUTC()),
                Clock.systemUTC());
        return new Decisions(node.database, right(), remedies, autoHide(), Clock.systemUTC());
    }

    private AutoHide autoHide() {
        var settings = ReportSettings.from(new Configuration(key -> Optional.empty()));
        return new AutoHide(node.database, new RoomActs(writers.log(), notes), new HidePolicy(node.policies, settings));
    }

    /** A new case; its id. */
    private String reported() {
        var settings = ReportSettings.from(new Configuration(key -> Optional.empty()));
        var reports = new Reports(
                node.database,
                new ReadRight(writers.reader(), Clock.systemUTC()),
                autoHide(),
                settings,
                Clock.systemUTC());
        done(reports.person(asOwner.user(), asMember.user(), new Reports.Complaint(ReportType.SPAM, "")));
        return String.valueOf(node.one(
                "select id from mod_case where target = ?", asMember.user().value()));
    }

    private Authenticator begun(Actor owner) {
        return switch (node.factors.begin(owner, IdentityNode.PASSWORD)) {
            case Outcome.Done<SecondFactors.Setup>(SecondFactors.Setup setup) -> new Authenticator(setup.secret());
            case Outcome.Refused<SecondFactors.Setup> refused -> throw new AssertionError(refused);
        };
    }

    @Test
    void whatIsNoActLeavesNoLine() {
        long before = newest();
        UserId owner = asOwner.user();

        says(asOwner, post("hello"));
        long own = says(asOwner, post("a slip")).seq();
        says(asOwner, new RoomCommand.EditMessage(own, text("a slip of the pen")));
        says(asOwner, new RoomCommand.DeleteMessage(own, null));
        UserId guest = node.person(GlobalRole.USER).id();
        says(asOwner, new RoomCommand.InviteMember(guest, RoomRole.MEMBER));
        says(asMember, new RoomCommand.LeaveRoom());
        assertThat(newest()).isEqualTo(before);

        refused(asMember, mute(owner, FIVE));
        refused(asOwner, mute(owner, FIVE));
        refused(asModerator, new RoomCommand.ArchiveRoom());
        says(asOwner, new RoomCommand.LiftSanction(guest, SanctionKind.BAN)); // there was none
        says(asOwner, new RoomCommand.UnpinMessage(own)); // it was not
        refused(asOwner, new RoomCommand.PinMessage(own)); // it is deleted
        assertThat(node.acts.suspend(asModerator, admin.id(), FIVE, "a coup")).isInstanceOf(Outcome.Refused.class);
        done(node.acts.lift(asModerator, owner, "was not suspended"));
        drain(asModerator, "draining");
        drain(asAdmin, null); // drains already
        assertThat(newest()).isEqualTo(before);
    }

    /** What two people hold up for each other is theirs, staff or not. */
    @Test
    void aPinInAConversationOfTwoLeavesNoLine() {
        var create = new RoomCommand.CreateRoom(RoomKind.DIRECT, "", List.of(asMember.user()));
        var caller = new Caller(asModerator.user(), asModerator.signIn(), Instant.MAX);
        room = accepted(writers.log().create(caller, create, ids.cid())).room();
        long seq = says(asMember, post("the number of my flat")).seq();
        long before = newest();

        says(asModerator, new RoomCommand.PinMessage(seq));
        says(asModerator, new RoomCommand.UnpinMessage(seq));

        assertThat(newest()).isEqualTo(before);
    }

    @Test
    void theSameCommandAgainLeavesNoSecondLine() {
        String cid = ids.cid();
        var act =
                new RoomActs.Act(new StaffMember(admin, asAdmin.signIn(), asAdmin.address()), room, "advertising", cid);
        var acts = new RoomActs(writers.log(), notes);
        long before = newest();

        done(acts.sanction(act, asMember.user(), SanctionKind.BAN, FIVE));
        done(acts.sanction(act, asMember.user(), SanctionKind.BAN, FIVE));

        assertThat(since(before)).singleElement().satisfies(line -> {
            assertThat(line.why()).isEqualTo("advertising");
            assertThat(line.address()).isEqualTo(asAdmin.address());
        });
    }

    @Test
    void whoModeratesOneRoomAloneLeavesLinesWithHowItStoodBefore() {
        UserId user = asMember.user();
        long spam = says(asMember, post("spam")).seq();
        long before = newest();

        says(asOwner, mute(user, FIVE));
        says(asOwner, mute(user, SIX));
        says(asOwner, mute(user, null));
        says(asOwner, new RoomCommand.LiftSanction(user, SanctionKind.MUTE));
        says(asOwner, new RoomCommand.PinMessage(spam));
        says(asOwner, new RoomCommand.UnpinMessage(spam));
        says(asOwner, new RoomCommand.PinMessage(spam));
        says(asOwner, new RoomCommand.DeleteMessage(spam, "advertising"));
        says(asOwner, new RoomCommand.UpdateRoom("another", null, RoomMode.READONLY, Duration.ofSeconds(5)));
        says(asOwner, new RoomCommand.SetRole(user, RoomRole.MODERATOR));
        says(asOwner, new RoomCommand.KickMember(user, "enough"));
        says(asOwner, new RoomCommand.InviteMember(user, RoomRole.MODERATOR));

        assertThat(since(before))
                .allSatisfy(line -> assertThat(line.actor()).isEqualTo(asOwner.user()))
                .extracting(line -> line.act() + ": " + line.before() + " -> " + line.after())
                .containsExactly(
                        "sanction.set: no mute -> mute until " + FIVE,
                        "sanction.set: mute until " + FIVE + " -> mute until " + SIX,
                        "sanction.set: mute until " + SIX + " -> mute until lifted",
                        "sanction.lifted: mute until lifted -> no mute",
                        "pin.added: not pinned -> pinned",
                        "pin.removed: pinned -> not pinned",
                        "pin.added: not pinned -> pinned",
                        "msg.deleted: message of " + user + " -> deleted",
                        "room.updated: name \"a room\", mode open, slow mode 0 ms"
                                + " -> name \"another\", mode readonly, slow mode 5000 ms",
                        "member.role: member -> moderator",
                        "member.left: moderator -> removed",
                        "member.joined: no member -> moderator");
    }

    private static RoomCommand mute(UserId user, Instant until) {
        return new RoomCommand.SetSanction(user, SanctionKind.MUTE, until, "too loud");
    }

    private static RoomCommand post(String text) {
        return new RoomCommand.PostMessage(text(text), null, null);
    }

    private static MessageBody text(String text) {
        return new MessageBody(MessageBody.TEXT, text, "{\"text\":\"" + text + "\",\"type\":\"text\"}");
    }

    private Answer.Accepted says(Actor who, RoomCommand command) {
        return accepted(submit(who, command));
    }

    private void refused(Actor who, RoomCommand command) {
        assertThat(answer(submit(who, command))).isInstanceOf(Answer.Refused.class);
    }

    private CompletionStage<Answer> submit(Actor who, RoomCommand command) {
        return writers.log()
                .submit(new RoomLog.Submission(who.user(), who.signIn(), room, command, ids.cid()).from(who.address()));
    }

    private static Answer.Accepted accepted(CompletionStage<Answer> stage) {
        if (answer(stage) instanceof Answer.Accepted accepted) {
            return accepted;
        }
        throw new AssertionError("refused: " + answer(stage));
    }

    private static Answer answer(CompletionStage<Answer> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static <T> T done(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T> refused -> throw new AssertionError(refused);
        };
    }

    private void drain(Actor who, String after) {
        var settings = SignInSettings.from(new Configuration(key -> Optional.empty()));
        new AdminActs(node.database, settings).refusal(who, AuditAct.NODE_DRAIN, "node/n1", "not draining", after);
    }

    /** To a node that lives. */
    private void order(Order order) {
        node.sql("delete from node");
        node.sql(
                "insert into node (id, name, started_at, seen_at, figures) values ('n_1', 'n1', 0, ?, '{}')",
                Instant.now().toEpochMilli());
        done(new NodeOrders(node.database, node.admin).give(asAdmin, ids.cid(), "n_1", order, "a test"));
    }

    private long newest() {
        return Long.parseLong(Objects.requireNonNull(node.one("select coalesce(max(id), 0) from audit")));
    }

    /** The lines beyond a number, oldest first. */
    private List<AuditLine> since(long number) {
        return new AuditTrail(node.database)
                .before(Long.MAX_VALUE, 100).stream()
                        .filter(entry -> entry.number() > number)
                        .map(AuditTrail.Entry::line)
                        .toList()
                        .reversed();
    }
}
