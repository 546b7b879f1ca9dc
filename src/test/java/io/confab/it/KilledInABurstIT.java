package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Burst;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Acknowledged means stored (C01, C05): the real server is killed in the middle of a burst, on both databases; PostgreSQL is
 * killed in the middle of a burst, and the server goes on.
 */
class KilledInABurstIT {
    private static final int PEOPLE = 5;
    private static final int WINDOW = 16;

    @Test
    void onH2WhatWasAcknowledgedSurvivesAKillOfTheServer() {
        try (var server = ServerProcess.start(SharedServer.WIDE)) {
            Path file = server.folder().resolve("confab.mv.db");
            Path backup = server.folder().resolve("backup.mv.db");
            Scene scene = theServerIsKilled(server.awaitReady(), () -> copy(file, backup));
            theDatabaseIsSetBack(server, scene, () -> copy(backup, file));
        }
    }

    @Test
    void onPostgresWhatWasAcknowledgedSurvivesAKillOfTheDatabaseAndOfTheServer() {
        try (var database = PostgresServer.start()) {
            var settings = new HashMap<>(SharedServer.WIDE);
            settings.put("confab.db.url", database.freshDatabase());
            try (var server = ServerProcess.start(Map.copyOf(settings))) {
                theDatabaseIsKilled(server.awaitReady(), database);
                theServerIsKilled(server, () -> {});

                server.sigterm();
                server.awaitEnd(Duration.ofSeconds(30));
            }
        }
    }

    private static List<ApiClient> people(ServerProcess server) {
        return Stream.generate(() -> ApiClient.registered(server.base()))
                .limit(PEOPLE)
                .toList();
    }

    private static String roomOf(List<ApiClient> people) {
        String room = people.getFirst().room("public");
        people.stream()
                .skip(1)
                .forEach(person -> assertThat(person.join(room).status()).isEqualTo(200));
        return room;
    }

    /** @param head when the server was killed */
    private record Scene(ApiClient alice, String room, long head) {}

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Scene theServerIsKilled(ServerProcess server, Runnable whileItIsDown) {
        List<ApiClient> people = people(server);
        ApiClient alice = people.getFirst();
        String room = roomOf(people);
        var edited = new Burst.Message(alice, ApiClient.cid(), "to be edited");
        var deleted = new Burst.Message(alice, ApiClient.cid(), "to be deleted");
        long editedSeq = stored(Burst.again(edited, room), false);
        long deletedSeq = stored(Burst.again(deleted, room), false);
        edit(alice, room, editedSeq);
        assertThat(alice.call("DELETE", "api/v1/rooms/" + room + "/messages/" + deletedSeq, null)
                        .status())
                .isEqualTo(200);

        String admin = SharedServer.WIDE.get("confab.admin.password");
        var console = ConsoleClient.signedIn(server.base(), "admin", admin);
        String ban = "act?do=ban&room=" + room + "&user=" + people.getLast().user();
        ConsoleClient.Page form = console.get(ban);
        assertThat(form.status()).isEqualTo(200);

        var listener = ChatClient.connect(alice, room);
        var burst = Burst.start(people, room, WINDOW);
        burst.awaitAcknowledged(400);
        server.kill9();
        burst.end();
        listener.expectClose();
        whileItIsDown.run();
        server.restart().awaitReady();

        // C37: nothing was done, and the page to sign in leads back
        ConsoleClient.Page late = console.press(ban, form, "late", Map.of());
        assertThat(late.location())
                .startsWith("/admin/signin?from=%2Fadmin%2Fact%3Fdo%3Dban")
                .endsWith("&lost=true");
        Map<Long, JsonNode> log = wholeLog(alice, room);
        assertHolds(log, burst);
        assertNothingWasTakenBack(log, listener.events(room));
        long head = log.size();
        assertThat(stored(Burst.again(edited, room), true)).isEqualTo(editedSeq);
        assertThat(stored(Burst.again(deleted, room), true)).isEqualTo(deletedSeq);
        burst.acknowledged().entrySet().stream()
                .limit(10)
                .forEach(ok -> assertThat(stored(Burst.again(burst.message(ok.getKey()), room), true))
                        .isEqualTo(ok.getValue()));
        assertThat(wholeLog(alice, room)).hasSize(Math.toIntExact(head));

        Map<String, Long> retried = retried(burst, room);
        Map<Long, JsonNode> after = wholeLog(alice, room);
        assertEachOnce(after, burst, retried);
        var seen = listener.events(room).getLast();
        try (var again = ChatClient.resume(
                alice, room, seen.path("ep").asText(), after.size() - Math.min(200, after.size() - 1))) {
            again.expect("resumed");
            assertThat(again.seqs(room)).isSorted().doesNotHaveDuplicates().endsWith((long) after.size());
        }
        FaultScenes.resumesWithoutGap(alice, room, after.get((long) after.size())); // C03: nothing of it is in memory
        return new Scene(alice, room, head);
    }

    /** C55: by the steps of docs/operations.md. */
    private static void theDatabaseIsSetBack(ServerProcess server, Scene scene, Runnable putBack) {
        ApiClient alice = scene.alice();
        String room = scene.room();
        for (int i = 0; i < 60; i++) {
            assertThat(alice.post(room, "lost " + i, "lost-" + i).status()).isEqualTo(201);
        }
        JsonNode last = wholeLog(alice, room).values().stream().toList().getLast();
        long beyond = last.path("seq").asLong();
        String old = last.path("ep").asText();

        server.kill9();
        putBack.run();
        server.restart(Map.of("confab.restore", "a-drill")).awaitReady();

        assertThat(server.latestLog()).containsPattern("confab.restore: a-drill: \\d+ rooms have a new epoch");
        for (long cursor : List.of(beyond, scene.head() - 20)) {
            try (var client = ChatClient.resume(alice, room, old, cursor)) {
                JsonNode status = client.expect("welcome").at("/d/rooms/" + room);
                assertThat(status.path("status").asText()).isEqualTo("gap");
                assertThat(status.path("reason").asText()).isEqualTo("epoch");
                assertThat(status.path("head").asLong()).isEqualTo(scene.head());
                assertThat(status.path("ep").asText()).isNotEqualTo(old);
            }
        }
        try (var client = ChatClient.connect(alice)) {
            JsonNode page =
                    alice.get("api/v1/rooms/" + room + "/messages?limit=1").body(); // after a gap
            long head = page.path("head").asLong();
            client.expectOk(client.send(
                    "sub",
                    room,
                    Json.object().put("ep", page.path("ep").asText()).put("seq", head)));
            for (int i = 0; i < 30; i++) {
                client.posts(room, "new " + i);
            }
            client.expectEvent(room, head + 30);
            assertThat(client.seqs(room))
                    .isEqualTo(
                            LongStream.rangeClosed(head + 1, head + 30).boxed().toList());
            assertThat(client.events(room))
                    .allSatisfy(event ->
                            assertThat(event.at("/d/body/text").asText()).startsWith("new "));
            assertThat(stored(alice.post(room, "lost 7", "lost-7"), false)).isEqualTo(head + 31);
        }
    }

    private static void theDatabaseIsKilled(ServerProcess server, PostgresServer database) {
        List<ApiClient> people = people(server);
        ApiClient alice = people.getFirst();
        String room = roomOf(people);
        try (var listener = ChatClient.connect(alice, room);
                var burst = Burst.start(people, room, WINDOW)) {
            burst.awaitAcknowledged(300);
            database.kill9();
            await("the node says that it is not ready")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> alice.get("health/ready").status() == 503);
            database.restart();
            burst.awaitAcknowledged(300); // it goes on by itself
            burst.end();
            burst.awaitAnswers(Duration.ofSeconds(30));

            assertThat(burst.codes()).isSubsetOf("unavailable", "internal");
            assertThat(burst.allSocketsAreOpen()).isTrue();
            await("readiness")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> alice.get("health/ready").status() == 200);
            Map<String, Long> retried = retried(burst, room);
            Map<Long, JsonNode> log = wholeLog(alice, room);
            assertHolds(log, burst);
            assertEachOnce(log, burst, retried);
            listener.expectEvent(room, log.size());
            assertThat(listener.seqs(room)).isSorted().doesNotHaveDuplicates();
            assertNothingWasTakenBack(log, listener.events(room));
            assertThat(listener.isOpen()).isTrue();
        }
    }

    /** Sends what has no {@code ok} again, by both doors, twice: one number each. */
    private static Map<String, Long> retried(Burst burst, String room) {
        var numbers = new HashMap<String, Long>();
        Map<ApiClient, ChatClient> sockets = new HashMap<>();
        try {
            for (Burst.Message message : burst.unacknowledged()) {
                var client = sockets.computeIfAbsent(message.by(), person -> ChatClient.connect(person));
                boolean httpFirst = numbers.size() % 2 == 0;
                long first = httpFirst ? seq(Burst.again(message, room)) : overSocket(client, message, room);
                long second = httpFirst ? overSocket(client, message, room) : stored(Burst.again(message, room), true);
                assertThat(second).isEqualTo(first);
                numbers.put(message.cid(), first);
            }
        } finally {
            sockets.values().forEach(ChatClient::close);
        }
        return numbers;
    }

    private static long overSocket(ChatClient client, Burst.Message message, String room) {
        return client.expectOk(client.post(room, message.text(), message.cid()))
                .path("seq")
                .asLong();
    }

    private static long seq(ApiClient.Reply reply) {
        assertThat(reply.status()).as(reply.body().toString()).isIn(200, 201); // 200: it was there
        return reply.body().path("seq").asLong();
    }

    private static long stored(ApiClient.Reply reply, boolean duplicate) {
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(duplicate ? 200 : 201);
        assertThat(reply.body().path("dup").asBoolean()).isEqualTo(duplicate);
        return reply.body().path("seq").asLong();
    }

    private static void edit(ApiClient who, String room, long seq) {
        var body = Json.object();
        body.putObject("body").put("type", "text").put("text", "edited");
        assertThat(who.call("PATCH", "api/v1/rooms/" + room + "/messages/" + seq, body)
                        .status())
                .isEqualTo(200);
    }

    /** The log over HTTP, whose numbers are 1 to the head without a hole. */
    private static Map<Long, JsonNode> wholeLog(ApiClient who, String room) {
        Map<Long, JsonNode> log = Burst.log(who, room);
        long head = who.get("api/v1/rooms/" + room + "/messages?limit=1")
                .body()
                .path("head")
                .asLong();
        assertThat(log.keySet())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, head).boxed().toList());
        return log;
    }

    private static void assertHolds(Map<Long, JsonNode> log, Burst burst) {
        assertThat(burst.acknowledged()).isNotEmpty().allSatisfy((cid, seq) -> {
            JsonNode event = log.get(seq);
            assertThat(event).as("number " + seq).isNotNull();
            assertThat(event.at("/d/cid").asText()).isEqualTo(cid);
            assertThat(event.at("/d/body/text").asText())
                    .isEqualTo(burst.message(cid).text());
        });
    }

    private static void assertEachOnce(Map<Long, JsonNode> log, Burst burst, Map<String, Long> retried) {
        var stored = new HashMap<String, Long>();
        var twice = new ArrayList<String>();
        log.forEach((seq, event) -> {
            String cid = event.at("/d/cid").asText();
            if (!cid.isEmpty() && stored.put(cid, seq) != null) {
                twice.add(cid);
            }
        });
        assertThat(twice).isEmpty();
        assertThat(stored).containsAllEntriesOf(burst.acknowledged()).containsAllEntriesOf(retried);
    }

    /** What a client was shown before the crash stands in the log at its number, the same. */
    private static void assertNothingWasTakenBack(Map<Long, JsonNode> log, List<JsonNode> shown) {
        assertThat(shown).hasSizeGreaterThan(100).allSatisfy(event -> {
            JsonNode stored = log.get(event.path("seq").asLong());
            assertThat(stored).as("number " + event.path("seq")).isNotNull();
            assertThat(stored.path("d")).isEqualTo(event.path("d"));
        });
    }
}
