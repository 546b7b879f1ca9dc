package io.confab.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PasswordHashesTest {
    private static final PasswordSettings CHEAP = new PasswordSettings(7_168, 1, 2, Duration.ofSeconds(30));

    @Test
    void hashIsAPhcStringWithItsParametersAndAFreshSalt() {
        var hashes = new PasswordHashes(CHEAP, 1);

        String one = IdentityNode.done(hashes.hash("correct horse"));
        String other = IdentityNode.done(hashes.hash("correct horse"));

        assertThat(one).startsWith("$argon2id$v=19$m=7168,t=1,p=1$").isNotEqualTo(other);
    }

    @Test
    void rightPasswordIsRightHoweverItsCharactersAreComposed() {
        var hashes = new PasswordHashes(CHEAP, 1);
        String stored = IdentityNode.done(hashes.hash("caf\u00E9 caf\u00E9"));

        assertThat(IdentityNode.done(hashes.check("cafe\u0301 cafe\u0301", stored))
                        .right())
                .isTrue();
        assertThat(IdentityNode.done(hashes.check("cafe cafe", stored)).right()).isFalse();
    }

    @Test
    void unknownNameIsCheckedAgainstADummyAndNeverRight() {
        var hashes = new PasswordHashes(CHEAP, 1);

        PasswordHashes.Check check = IdentityNode.done(hashes.check("anything", null));

        assertThat(check.right()).isFalse();
        assertThat(check.rehashed()).isNull();
    }

    @Test
    void beyondTheQueueTheAnswerIsUnavailableAtOnce() throws Exception {
        var slow = new PasswordHashes(new PasswordSettings(65_536, 3, 1, Duration.ofSeconds(60)), 1);
        try (var threads = Executors.newFixedThreadPool(8)) {
            var calls = new ArrayList<Future<Outcome<String>>>();
            for (int i = 0; i < 8; i++) {
                calls.add(threads.submit(() -> slow.hash("correct horse")));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> calls.stream().allMatch(Future::isDone));

            List<Outcome<String>> outcomes = new ArrayList<>();
            for (Future<Outcome<String>> call : calls) {
                outcomes.add(call.get());
            }

            assertThat(outcomes).filteredOn(Outcome.Done.class::isInstance).hasSizeBetween(2, 7);
            assertThat(outcomes)
                    .filteredOn(Outcome.Refused.class::isInstance)
                    .isNotEmpty()
                    .allSatisfy(outcome ->
                            assertThat(IdentityNode.refused(outcome)).isInstanceOf(Refusal.Unavailable.class));
        }
    }

    @Test
    void whoWaitedTooLongIsRefused() throws Exception {
        var impatient = new PasswordHashes(new PasswordSettings(65_536, 6, 5, Duration.ofMillis(1)), 1);
        try (var threads = Executors.newFixedThreadPool(4)) {
            var calls = new ArrayList<Future<Outcome<String>>>();
            for (int i = 0; i < 4; i++) {
                calls.add(threads.submit(() -> impatient.hash("correct horse")));
            }
            int refused = 0;
            for (Future<Outcome<String>> call : calls) {
                refused += call.get() instanceof Outcome.Refused ? 1 : 0;
            }

            assertThat(refused).isPositive();
        }
    }
}
