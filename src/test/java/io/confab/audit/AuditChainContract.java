package io.confab.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.confab.audit.AuditVerification.Fault;
import io.confab.audit.AuditVerification.Found;
import io.confab.audit.AuditVerification.KeptHead;
import io.confab.audit.AuditVerification.Wrong;
import io.confab.kernel.Configuration;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import io.confab.store.StoreSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chain of the audit trail proves, on whichever database, and who may seal it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AuditChainContract {
    private static final int LINES = 12;

    Database database;
    private Database other;
    private AuditTrail trail;
    private AuditChain chain;
    private AuditVerification verification;

    /** The URL of an empty database. */
    abstract String url();

    @BeforeAll
    void startTwoNodes() {
        String url = url();
        database = open(url);
        other = open(url);
        trail = new AuditTrail(database);
        chain = new AuditChain(database, Clock.systemUTC());
        verification = new AuditVerification(trail, chain, database);
    }

    private static Database open(String url) {
        var values = Map.of("confab.db.url", url, "confab.db.pool", "6", "confab.db.log-pool", "3");
        return new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key)))));
    }

    @BeforeEach
    void beginAnew() {
        sql("delete from audit");
        sql("delete from audit_head");
        sql("delete from audit_tail");
        sql("insert into audit_tail values (1, 0, ?, '', 0)", LineHash.BEGINNING);
    }

    @AfterAll
    void close() {
        database.close();
        other.close();
    }

    private static AuditLine line(int i) {
        return new AuditLine(
                new UserId("u_ann"),
                AuditAct.USER_SUSPEND,
                "u_ben" + i,
                i % 2 == 0 ? null : "not suspended",
                "suspended, \u00e9\ud83d\ude00 " + i,
                "because,\n\"so\"",
                "192.0.2.1");
    }

    private static void write(Database into, int from, int to) {
        into.transactions().write((entities, jdbc) -> {
            for (int i = from; i < to; i++) {
                AuditTrail.record(jdbc, line(i));
            }
            return to;
        });
    }

    private void sealTwelve() {
        write(database, 0, LINES);
        assertThat(chain.seal()).isEqualTo(LINES);
        assertThat(verify()).isEqualTo(new Found(1, LINES, null, true, 0));
    }

    private Found verify() {
        return verification.verify(0, null);
    }

    private int sql(String statement, Object... values) {
        return database.transactions().write((entities, jdbc) -> {
            try (var prepared = jdbc.prepareStatement(statement)) {
                for (int i = 0; i < values.length; i++) {
                    prepared.setObject(i + 1, values[i]);
                }
                return prepared.executeUpdate();
            }
        });
    }

    private void isWrong(long line, Fault fault) {
        assertThat(verify().wrong()).isEqualTo(new Wrong(line, fault));
    }

    private KeptHead endOfTheChain() {
        AuditTrail.Seal seal = trail.sealed(0, 1_000).getLast().seal();
        return new KeptHead(seal.number(), seal.hash());
    }

    @Test
    void nothingIsWrongWithAnEmptyTrailNorWithOneThatGrows() {
        assertThat(verify()).isEqualTo(new Found(1, 0, null, true, 0));
        sealTwelve();

        write(database, LINES, LINES + 3);
        assertThat(verify()).isEqualTo(new Found(1, LINES, null, true, 3)); // not yet sealed
        chain.seal();

        assertThat(verify()).isEqualTo(new Found(1, LINES + 3, null, true, 0));
        assertThat(chain.seal()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "at = at + 1",
                "actor_id = null",
                "act = 'user.unsuspend'",
                "target = 'u_carl'",
                "state_before = ''",
                "state_after = state_after || ' '",
                "why = null",
                "address = '192.0.2.2'",
                "hash = repeat('a', 64)"
            })
    void aChangedLineIsNamedWhateverWasChangedInIt(String change) {
        sealTwelve();

        sql("update audit set " + change + " where chain_no = 7");

        isWrong(7, Fault.CHANGED);
    }

    @Test
    void textsThatMoveFromOneFieldToAnotherAreAChange() {
        sealTwelve();

        sql("update audit set why = state_after, state_after = why where chain_no = 5");

        isWrong(5, Fault.CHANGED);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 12})
    void aRemovedLineIsNamed(long line) {
        sealTwelve();

        sql("delete from audit where chain_no = ?", line);

        isWrong(line, Fault.MISSING);
    }

    @Test
    void aRemovedLineIsNamedThoughTheOthersCloseUp() {
        sealTwelve();

        sql("delete from audit where chain_no = 7");
        sql("update audit set chain_no = chain_no - 1 where chain_no > 7");

        isWrong(7, Fault.CHANGED);
    }

    @ParameterizedTest
    @CsvSource({"3, 9", "11, 12", "1, 2"})
    void ofTwoLinesThatWereSwappedTheFirstIsNamed(long one, long other) {
        sealTwelve();

        sql(
                "update audit set chain_no = case when chain_no = ? then cast(? as bigint) else cast(? as bigint) end"
                        + " where chain_no in (?, ?)",
                one,
                other,
                one,
                one,
                other);

        isWrong(one, Fault.CHANGED);
    }

    @Test
    void aLineBetweenTwoOthersIsNamed() {
        sealTwelve();

        sql("update audit set chain_no = chain_no + 1 where chain_no >= 7");
        write(database, 99, 100);
        sql("update audit set chain_no = 7, hash = repeat('b', 64) where chain_no is null");

        isWrong(7, Fault.CHANGED);
    }

    @ParameterizedTest
    @ValueSource(longs = {-3, 0, 7, 12, 13})
    void aLineThatStandsBesideTheChainIsNamed(long place) {
        sealTwelve();

        write(database, 99, 100);
        sql("update audit set chain_no = ?, hash = repeat('b', 64) where chain_no is null", place);

        isWrong(place, Fault.INSERTED);
    }

    @Test
    void aLineThatWasWrittenBehindTheServersBackWithAnEarlierTimeIsNamedOnceItIsSealed() {
        sealTwelve();

        write(database, 99, 100);
        sql(
                "update audit set at = at - ? where chain_no is null",
                Duration.ofHours(2).toMillis());
        chain.seal();

        isWrong(LINES + 1, Fault.BACKDATED);
    }

    @Test
    void aLineOfAnActThatTookLongOrAfterAClockWasSetBackIsNotTakenForAWrongOne() {
        sealTwelve();

        write(database, 99, 100);
        sql(
                "update audit set at = at - ? where chain_no is null",
                Duration.ofMinutes(59).toMillis());
        chain.seal();

        assertThat(verify().wrong()).isNull();
    }

    @Test
    void aTailThatWasCutOffWithItsEndIsSeenByWhoKeptAHead() {
        sealTwelve();
        KeptHead kept = endOfTheChain();

        sql("delete from audit where chain_no > 8");
        sql("update audit_tail set chain_no = 8, hash = (select hash from audit where chain_no = 8)");

        assertThat(verify().wrong()).isNull();
        assertThat(verification.verify(0, kept).wrong()).isEqualTo(new Wrong(9, Fault.MISSING));
        assertThat(verification.verify(8, kept).wrong()).isEqualTo(new Wrong(9, Fault.MISSING));
    }

    @Test
    void aTrailThatWasSealedAnewAfterAChangeIsSeenByWhoKeptAHead() {
        sealTwelve();
        KeptHead kept = endOfTheChain();

        sql("update audit set why = 'another reason' where chain_no = 3");
        sql("update audit set chain_no = null, hash = null");
        sql("update audit_tail set chain_no = 0, hash = ?", LineHash.BEGINNING);
        chain.seal();

        assertThat(verify().wrong()).isNull();
        assertThat(verification.verify(0, kept).wrong()).isEqualTo(new Wrong(LINES, Fault.NOT_THE_HEAD));
        assertThat(verification.verify(0, endOfTheChain()).wrong()).isNull();
    }

    @Test
    void theEndOfTheChainCannotBeTakenAway() {
        sealTwelve();

        sql("delete from audit_tail");

        isWrong(LINES + 1, Fault.MISSING);
    }

    @Test
    void aDayThatIsOverHasItsHeadOnce() {
        sealTwelve();
        KeptHead end = endOfTheChain();
        sql("update audit_tail set utc_day = '2026-01-31'");

        chain.seal();
        chain.seal();

        assertThat(chain.newestHeads(10)).containsExactly(new AuditChain.Head("2026-01-31", end.number(), end.hash()));
        sql("update audit set why = 'x' where chain_no = 12");
        sql("update audit set hash = ? where chain_no = 12", hashOf(12));
        sql("update audit_tail set hash = ?", hashOf(12));
        isWrong(12, Fault.NOT_THE_HEAD);
    }

    @Test
    void howLongALineOrTheHeadOfADayHasWaitedIsKnownUntilItIsSealed() {
        assertThat(chain.waiting()).isZero();
        write(database, 0, 2);
        assertThat(chain.waiting()).isLessThan(Duration.ofMinutes(1));
        sql("update audit set at = at - 600000 where target = 'u_ben0'");
        assertThat(chain.waiting()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));

        chain.seal();
        assertThat(chain.waiting()).isZero();

        var dayBeforeYesterday = LocalDate.now(ZoneOffset.UTC).minusDays(2);
        sql("update audit_tail set utc_day = ?", dayBeforeYesterday.toString());
        assertThat(chain.waiting()).isBetween(Duration.ofHours(24), Duration.ofHours(48));
        chain.seal();
        assertThat(chain.waiting()).isZero();
    }

    @Test
    void whileNobodyCanTellWhetherLinesWaitTheyAreSaidToWait() {
        var sealer = new AuditSealer(chain);
        sealer.look();
        assertThat(sealer.waiting()).isZero();
        sql("alter table audit_tail rename to audit_gone");

        assertThatThrownBy(sealer::look).isInstanceOf(StoreFailure.class);
        await().atMost(Duration.ofSeconds(5)).until(() -> sealer.waiting().isPositive());

        sql("alter table audit_gone rename to audit_tail");
        sealer.look();
        assertThat(sealer.waiting()).isZero();
    }

    /** Then no node seals any more, and says nothing: there is nothing to lock. */
    @Test
    void withoutTheRowWhereTheChainEndsLinesAreKnownToWait() {
        write(database, 0, 1);
        sql("update audit set at = at - 600000");
        sql("delete from audit_tail");

        chain.seal();

        assertThat(chain.waiting()).isGreaterThan(Duration.ofMinutes(9));
    }

    private String hashOf(long number) {
        List<AuditTrail.Entry> lines = trail.sealed(number - 2, 2);
        return LineHash.of(lines.getFirst().seal().hash(), number, lines.getLast());
    }

    @Test
    void aLookThatTookTooLongGoesOnWhereItStopped() {
        int many = 2_500;
        write(database, 0, many);
        assertThat(chain.seal()).isEqualTo(many);

        Found first = verification.verify(0, null, Duration.ZERO);
        Found second = verification.verify(first.to(), null, Duration.ZERO);

        assertThat(first).isEqualTo(new Found(1, 1_000, null, false, 0));
        assertThat(second.from()).isEqualTo(1_001);
        assertThat(second.whole()).isFalse();
        assertThat(verification.verify(second.to(), null)).isEqualTo(new Found(second.to() + 1, many, null, true, 0));
        sql("delete from audit where chain_no = ?", first.to());
        assertThat(verification.verify(first.to(), null).wrong()).isEqualTo(new Wrong(first.to(), Fault.MISSING));
    }

    /** Two nodes seal while others act: every line once, no number twice, none left out. */
    @Test
    void whileTwoNodesSealAtOnceEachLineIsSealedOnce() {
        int each = 300;
        Stream<CompletableFuture<Void>> writers = IntStream.range(0, 3)
                .mapToObj(w -> CompletableFuture.runAsync(() -> IntStream.range(0, each)
                        .forEach(i -> write(w == 0 ? other : database, w * each + i, w * each + i + 1))));
        CompletableFuture<Void> written = CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new));
        var sealed = new ArrayList<CompletableFuture<Integer>>();
        for (Database node : List.of(database, other)) {
            var sealing = new AuditChain(node, Clock.systemUTC());
            sealed.add(CompletableFuture.supplyAsync(() -> {
                int lines = 0;
                while (!written.isDone()) {
                    lines += sealing.seal();
                }
                return lines;
            }));
        }
        written.join();
        int lines = sealed.stream().mapToInt(CompletableFuture::join).sum() + chain.seal();

        List<AuditTrail.Entry> all = trail.sealed(0, 10_000);
        assertThat(lines).isEqualTo(3 * each);
        assertThat(all.stream().map(entry -> entry.seal().number()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 3L * each).boxed().toList());
        assertThat(all.stream().map(entry -> entry.line().target()).distinct()).hasSize(3 * each);
        assertThat(verify()).isEqualTo(new Found(1, 3L * each, null, true, 0));
    }

    /** A node that stands still in the middle of sealing must not hold up who acts, nor the other nodes. */
    @Test
    void anActDoesNotWaitForWhoSealsNorDoesAnotherNode() {
        sealTwelve();
        database.transactions().write((entities, jdbc) -> {
            try (var held = jdbc.prepareStatement("select id from audit_tail where id = 1 for update")) {
                held.executeQuery().close();
            }
            write(other, 50, 51);
            assertThat(chain.seal()).isZero();
            return 0;
        });

        assertThat(chain.seal()).isEqualTo(1);
        assertThat(verify()).isEqualTo(new Found(1, LINES + 1, null, true, 0));
    }
}
