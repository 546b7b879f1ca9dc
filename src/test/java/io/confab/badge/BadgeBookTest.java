package io.confab.badge;

import static io.confab.badge.FakeUnread.edited;
import static io.confab.badge.FakeUnread.posted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Configuration;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Unread;
import io.confab.room.LoggedEvent;
import io.confab.room.Mention;
import io.confab.room.MessageBody;
import io.confab.room.RoomEvent;
import io.confab.room.SanctionKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BadgeBookTest {
    private static final RoomId ROOM = new RoomId("r_1");
    private static final RoomId OTHER = new RoomId("r_2");
    private static final UserId ALICE = new UserId("u_alice");
    private static final UserId BOB = new UserId("u_bob");

    private final FakeUnread log = new FakeUnread();
    private final BadgeMetrics metrics = new BadgeMetrics();
    private final List<FakeDevice> devices = new ArrayList<>();
    private BadgeBook book = book(Map.of());

    private BadgeBook book(Map<String, String> settings) {
        var raw = new HashMap<>(settings);
        return new BadgeBook(
                log,
                this::listeners,
                BadgeSettings.from(new Configuration(key -> Optional.ofNullable(raw.get(key)))),
                metrics);
    }

    private Set<UserId> listeners(RoomId room) {
        var users = new HashSet<UserId>();
        devices.stream().filter(device -> device.listens(room)).forEach(device -> users.add(device.user()));
        return users;
    }

    @BeforeEach
    void aliceAndBobInOneRoom() {
        log.join(ROOM, ALICE);
        log.join(ROOM, BOB);
    }

    /** A device that has been welcomed and told how things stand. */
    private FakeDevice device(UserId user, RoomId... listening) {
        var device = new FakeDevice(user, listening);
        devices.add(device);
        book.greeted(device);
        book.round();
        device.told.clear();
        return device;
    }

    private LoggedEvent happens(UserId by, RoomEvent event) {
        LoggedEvent logged = log.append(ROOM, by, event);
        book.happened(ROOM, List.of(logged));
        return logged;
    }

    private long says(UserId by, UserId... mentioned) {
        return happens(by, posted(mentioned)).seq();
    }

    private void reads(FakeDevice from, long seq) {
        log.read(from.user(), ROOM, seq);
        book.marked(new Mark(from.user(), ROOM, "e1", seq, log.head(ROOM).head(), from.id()));
    }

    // --- to those who do not listen

    @Test
    void whoListensToEverythingCostsNoCounting() {
        FakeDevice phone = device(BOB, ROOM);

        says(ALICE);
        book.round();

        assertThat(phone.news()).isEmpty();
        assertThat(log.counted).isZero();
        assertThat(book.watches(ROOM)).isFalse();
    }

    @Test
    void afterItsWelcomeADeviceIsToldOfEachRoomItDoesNotListenTo() {
        log.join(OTHER, BOB);
        log.append(ROOM, ALICE, posted(BOB));
        var phone = new FakeDevice(BOB);

        book.greeted(phone);
        book.round();

        assertThat(phone.told).extracting(frame -> frame.path("room").asText()).containsExactlyInAnyOrder("r_1", "r_2");
        assertThat(phone.news()).containsExactlyInAnyOrder("1/1", "0/0");
    }

    @Test
    void aBadgeSaysWhereTheMarkerAndTheHeadStand() {
        FakeDevice phone = device(BOB);

        long seq = says(ALICE);
        book.round();

        JsonNode frame = phone.told.getFirst();
        assertThat(frame.path("t").asText()).isEqualTo("badge");
        assertThat(frame.path("d").toString())
                .isEqualTo("{\"unread\":1,\"mentions\":0,\"read\":2,\"ep\":\"e1\",\"head\":" + seq + "}");
    }

    @Test
    void messagesOfOneRoundAreToldAsOneBadgeAndNotReadFromTheLog() {
        FakeDevice phone = device(BOB);
        int before = log.counted;

        says(ALICE);
        says(ALICE, BOB);
        says(ALICE);
        book.round();

        assertThat(phone.news()).containsExactly("3/1");
        assertThat(log.counted).isEqualTo(before);
    }

    @Test
    void whatIsNoMessageTellsNothing() {
        FakeDevice phone = device(BOB);
        long seq = says(ALICE);
        book.round();
        phone.news();

        happens(ALICE, new RoomEvent.RoomUpdated("new name", null, null, null));
        happens(ALICE, edited(seq));
        book.happened(ROOM, List.of(log.join(ROOM, new UserId("u_dave"))));
        book.round();
        book.round();

        assertThat(phone.news()).isEmpty();
    }

    @Test
    void theOwnMessageFromAnotherDeviceClears() {
        FakeDevice phone = device(BOB);
        says(ALICE, BOB);
        says(BOB);
        book.round();
        assertThat(phone.news()).containsExactly("0/0");

        says(ALICE);
        book.round();

        assertThat(phone.news()).containsExactly("1/0");
    }

    @Test
    void aDeletedMessageCountsNoMore() {
        FakeDevice phone = device(BOB);
        long one = says(ALICE, BOB);
        says(ALICE);
        book.round();
        phone.news();

        happens(ALICE, new RoomEvent.MessageDeleted(one, null));
        book.round();

        assertThat(phone.news()).containsExactly("1/0");
    }

    @Test
    void ofManyDeletedAtOnceNoneCountsAndWhatComesBackDoes() {
        FakeDevice away = device(BOB);
        FakeDevice here = device(BOB, ROOM);
        long one = says(ALICE, BOB);
        long two = says(ALICE);
        says(ALICE);
        book.round();
        away.news();

        happens(ALICE, new RoomEvent.MessagesDeleted(List.of(one, two), null));
        book.round();
        assertThat(away.news()).containsExactly("1/0");
        assertThat(here.news()).containsExactly("1/0");
        happens(
                ALICE,
                new RoomEvent.MessageRestored(
                        one, ALICE, new MessageBody("text", "x", "{}"), List.of(new Mention(BOB, 0, 4)), null));
        book.round();

        assertThat(away.news()).containsExactly("2/1");
        assertThat(here.news()).containsExactly("2/1");
    }

    @Test
    void anEventOfANewerVersionMakesTheCountsBeReadAgain() {
        FakeDevice away = device(BOB);
        FakeDevice here = device(BOB, ROOM);
        says(ALICE);
        book.round();
        away.news();
        int counted = log.counted;

        happens(ALICE, new RoomEvent.Opaque("msgs.purged", null, "{}"));
        book.round();

        assertThat(log.counted).isGreaterThan(counted);
        assertThat(here.news()).containsExactly("1/0");
    }

    @Test
    void anEditMakesAMentionOrTakesItBack() {
        FakeDevice phone = device(BOB);
        long one = says(ALICE);
        book.round();
        phone.news();

        happens(ALICE, edited(one, BOB));
        book.round();
        happens(ALICE, edited(one));
        book.round();

        assertThat(phone.news()).containsExactly("1/1", "1/0");
    }

    @Test
    void beyondNinetyNineNothingMoreIsTold() {
        FakeDevice phone = device(BOB);
        for (int i = 0; i < 150; i++) {
            says(ALICE);
        }
        book.round();
        assertThat(phone.news()).containsExactly("100/0");

        says(ALICE);
        book.round();

        assertThat(phone.news()).isEmpty();
    }

    @Test
    void aHotRoomIsReadOnceForEachPersonHoweverMuchIsSaid() {
        var phones = new ArrayList<FakeDevice>();
        for (int i = 0; i < 1_000; i++) {
            var user = new UserId("u_" + i);
            log.join(ROOM, user);
            var phone = new FakeDevice(user);
            phones.add(phone);
            book.greeted(phone);
        }
        book.round();
        book.round();
        phones.forEach(phone -> phone.told.clear());

        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 5; i++) {
                says(ALICE);
            }
            book.round();
        }

        assertThat(log.counted).isEqualTo(1_000);
        assertThat(phones).allSatisfy(phone -> assertThat(phone.told).hasSize(10));
    }

    // --- what is lost or late

    @Test
    void eventsOutOfOrderNeedNoRead() {
        FakeDevice phone = device(BOB);
        int before = log.counted;
        LoggedEvent first = log.append(ROOM, ALICE, posted());
        LoggedEvent second = log.append(ROOM, ALICE, posted());

        book.happened(ROOM, List.of(second));
        book.round();
        assertThat(phone.news()).isEmpty();
        book.happened(ROOM, List.of(first));
        book.round();

        assertThat(phone.news()).containsExactly("2/0");
        assertThat(log.counted).isEqualTo(before);
    }

    @Test
    void aNumberThatStaysAwayMakesTheRoomCountedAgain() {
        FakeDevice phone = device(BOB);
        log.append(ROOM, ALICE, posted());
        says(ALICE);

        book.round();
        book.round();

        assertThat(phone.news()).containsExactly("2/0");
    }

    @Test
    void whatNeverCameIsFoundByTheHead() {
        FakeDevice phone = device(BOB);
        log.append(ROOM, ALICE, posted());

        assertThat(book.nextRooms(10)).containsExactly(ROOM);
        book.headRead(ROOM, log.head(ROOM));
        book.round();
        book.round();

        assertThat(phone.news()).containsExactly("1/0");
    }

    @Test
    void roomsAreComparedInTurn() {
        log.join(OTHER, BOB);
        device(BOB);

        var seen = new HashSet<>(book.nextRooms(1));
        seen.addAll(book.nextRooms(1));

        assertThat(seen).containsExactlyInAnyOrder(ROOM, OTHER);
    }

    @Test
    void anEventThatComesTwiceCountsOnce() {
        FakeDevice phone = device(BOB);
        LoggedEvent logged = log.append(ROOM, ALICE, posted());

        book.happened(ROOM, List.of(logged));
        book.happened(ROOM, List.of(logged));
        book.round();
        book.happened(ROOM, List.of(logged));
        book.round();

        assertThat(phone.news()).containsExactly("1/0");
    }

    @Test
    void aNewEpochIsCountedAnew() {
        FakeDevice phone = device(BOB);
        log.newEpoch("e2");
        says(ALICE);

        book.round();
        book.round(); // the missing number was waited for
        book.round(); // and what was asked with numbers of the old epoch is asked again

        assertThat(phone.told)
                .singleElement()
                .satisfies(
                        frame -> assertThat(frame.path("d").path("ep").asText()).isEqualTo("e2"));
    }

    /** A restore sets numbers back: what was read of the lost ones says nothing of those given out anew. */
    @Test
    void aMarkerOfAnEarlierEpochHidesNothingOfTheNewOne() {
        FakeDevice phone = device(BOB);
        FakeDevice laptop = device(BOB);
        for (int i = 0; i < 3; i++) {
            says(ALICE);
        }
        book.round();
        reads(laptop, log.head(ROOM).head());
        book.round();
        phone.told.clear();

        log.setBackTo(ROOM, 2, "e2");
        book.headRead(ROOM, log.head(ROOM));
        says(ALICE);
        for (int i = 0; i < 3; i++) {
            book.round();
        }

        assertThat(phone.news()).last().isEqualTo("1/0");
    }

    @Test
    void aMarkOfAnEarlierEpochThatComesLateHidesNothing() {
        FakeDevice phone = device(BOB);
        FakeDevice laptop = device(BOB);
        for (int i = 0; i < 3; i++) {
            says(ALICE);
        }
        book.round();
        long old = log.head(ROOM).head();
        log.setBackTo(ROOM, 2, "e2");
        book.headRead(ROOM, log.head(ROOM));
        for (int i = 0; i < 3; i++) {
            book.round();
        }

        book.marked(new Mark(BOB, ROOM, "e1", old, old, laptop.id()));
        says(ALICE);
        for (int i = 0; i < 3; i++) {
            book.round();
        }

        assertThat(phone.news()).last().isEqualTo("1/0");
    }

    @Test
    void anOwnMessageOfAnEarlierEpochThatComesLateHidesNothing() {
        FakeDevice phone = device(BOB);
        for (int i = 0; i < 3; i++) {
            says(ALICE);
        }
        LoggedEvent own = log.append(ROOM, BOB, posted());
        book.round();
        log.setBackTo(ROOM, 2, "e2");
        book.headRead(ROOM, log.head(ROOM));
        book.round();
        book.round(); // counted, with numbers of both epochs
        says(ALICE);

        book.happened(ROOM, List.of(own));
        for (int i = 0; i < 3; i++) {
            book.round();
        }

        assertThat(phone.news()).last().isEqualTo("1/0");
    }

    @Test
    void whatIsDueStaysDueWhileTheDatabaseIsAway() {
        var phone = new FakeDevice(BOB);
        log.append(ROOM, ALICE, posted());
        book.greeted(phone);
        log.away = true;
        assertThatThrownBy(book::round).isInstanceOf(IllegalStateException.class);

        log.away = false;
        book.round();

        assertThat(phone.news()).containsExactly("1/0");
    }

    @Test
    void afterATimeOfLossEverythingIsCountedAgain() {
        FakeDevice phone = device(BOB);
        log.append(ROOM, ALICE, posted());

        book.missed();
        book.round();

        assertThat(phone.news()).containsExactly("1/0");
    }

    @Test
    void aDeviceThatReadsSlowlyIsToldLater() {
        FakeDevice phone = device(BOB);
        phone.slow = true;
        says(ALICE);
        book.round();
        says(ALICE);
        book.round();

        phone.slow = false;
        book.round();

        assertThat(phone.news()).containsExactly("2/0");
    }

    @Test
    void afterAnyHistoryTheLastBadgeIsTheTruth() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            RoomId room = new RoomId("r_seed" + seed);
            log.join(room, ALICE);
            log.join(room, BOB);
            var phone = new FakeDevice(BOB);
            book.greeted(phone);
            var late = new ArrayList<LoggedEvent>();
            for (int step = 0; step < 60; step++) {
                LoggedEvent logged = random.nextInt(8) == 0 ? null : something(random, room);
                if (logged == null) {
                    long head = log.head(room).head();
                    long seq = random.nextLong(head) + 1;
                    log.read(BOB, room, seq);
                    book.marked(new Mark(BOB, room, "e1", seq, head, phone.id()));
                } else if (random.nextInt(5) > 0) {
                    book.happened(room, List.of(logged));
                } else if (random.nextBoolean()) {
                    late.add(logged); // else it is lost
                }
                if (random.nextInt(3) == 0) {
                    book.happened(room, List.copyOf(late));
                    late.clear();
                    book.round();
                }
            }
            book.headRead(room, log.head(room));
            book.round();
            book.round();

            var asked = new Unread.Asked(BOB, room, 0);
            Unread.Counts truth = log.of(List.of(asked)).get(asked);
            JsonNode last = phone.told.stream()
                    .filter(frame -> frame.path("room").asText().equals(room.value()))
                    .reduce((before, after) -> after)
                    .orElseThrow();
            assertThat(last.at("/d/unread").asInt() + "/"
                            + last.at("/d/mentions").asInt() + " after "
                            + last.at("/d/read").asLong())
                    .as("seed " + seed)
                    .isEqualTo(truth.unread() + "/" + truth.mentions() + " after " + truth.read());
            book.ended(phone.id());
        }
    }

    private LoggedEvent something(Random random, RoomId room) {
        long target = random.nextLong(log.head(room).head()) + 1;
        return switch (random.nextInt(9)) {
            case 0 -> log.append(room, BOB, posted());
            case 1 -> log.append(room, ALICE, posted(BOB));
            case 2 -> log.append(room, ALICE, edited(target, BOB));
            case 3 -> log.append(room, ALICE, edited(target));
            case 4 -> log.append(room, ALICE, new RoomEvent.MessageDeleted(target, null));
            case 5 -> log.append(room, ALICE, new RoomEvent.MessagesDeleted(List.of(target, target + 1), null));
            case 6 ->
                log.append(
                        room,
                        ALICE,
                        new RoomEvent.MessageRestored(
                                target, ALICE, new MessageBody("text", "x", "{}"), List.of(), null));
            default -> log.append(room, ALICE, posted());
        };
    }

    // --- who may be told

    @Test
    void whoLeavesIsToldNothingFromThenOn() {
        FakeDevice phone = device(BOB);
        says(ALICE);
        happens(BOB, new RoomEvent.MemberLeft(BOB, null));
        says(ALICE, BOB);

        book.round();
        book.round();

        assertThat(phone.news()).isEmpty();
        assertThat(book.watches(ROOM)).isFalse();
    }

    @Test
    void whoIsBannedIsToldNothingEvenIfTheBanComesLate() {
        FakeDevice phone = device(BOB);
        LoggedEvent ban = log.append(ROOM, ALICE, new RoomEvent.SanctionSet(BOB, SanctionKind.BAN, null, null));
        LoggedEvent after = log.append(ROOM, ALICE, posted(BOB));

        book.happened(ROOM, List.of(after));
        book.round();
        book.happened(ROOM, List.of(ban));
        book.round();

        assertThat(phone.news()).isEmpty();
    }

    @Test
    void whoIsNoMemberWhenCountedIsForgotten() {
        FakeDevice phone = device(BOB);
        log.append(ROOM, BOB, new RoomEvent.MemberLeft(BOB, null));

        book.roomsChanged(BOB);
        book.round();
        says(ALICE);
        book.round();

        assertThat(phone.news()).isEmpty();
    }

    @Test
    void aRoomJoinedLaterIsToldOf() {
        FakeDevice phone = device(BOB);
        log.join(OTHER, ALICE);
        book.happened(OTHER, List.of(log.join(OTHER, BOB)));
        book.round();
        phone.news();

        book.happened(OTHER, List.of(log.append(OTHER, ALICE, posted())));
        book.round();

        assertThat(phone.news()).containsExactly("1/0");
    }

    @Test
    void whoEndsListeningIsToldFromThenOn() {
        FakeDevice phone = device(BOB, ROOM);
        phone.listening.remove(ROOM);
        book.listeningChanged(phone.id(), ROOM);
        book.round();
        assertThat(phone.news()).containsExactly("0/0");

        says(ALICE);
        book.round();

        assertThat(phone.news()).containsExactly("1/0");
    }

    @Test
    void whoBeginsToListenIsToldOnceMoreAndThenCountsAlone() {
        FakeDevice phone = device(BOB);
        says(ALICE);
        phone.listening.add(ROOM);
        book.listeningChanged(phone.id(), ROOM);
        book.round();
        assertThat(phone.news()).containsExactly("1/0");

        says(ALICE);
        book.round();

        assertThat(phone.news()).isEmpty();
        assertThat(book.watches(ROOM)).isFalse();
    }

    @Test
    void ofAPersonWithoutDevicesNothingIsKept() {
        FakeDevice phone = device(BOB);
        assertThat(metrics.watchedCount()).isEqualTo(1);

        book.ended(phone.id());
        book.round();

        assertThat(metrics.watchedCount()).isZero();
        assertThat(book.watches(ROOM)).isFalse();
    }

    @Test
    void aSocketThatEndedBeforeItsWelcomeWasHeardOfIsNotKept() {
        var phone = new FakeDevice(BOB);
        phone.open = false;

        book.ended(phone.id());
        book.greeted(phone);
        book.round();

        assertThat(log.lists).isZero();
        assertThat(metrics.watchedCount()).isZero();
    }

    // --- to those who listen

    @Test
    void thoseWhoListenAreToldWhenAnUnreadMessageIsDeleted() {
        FakeDevice bobs = device(BOB, ROOM);
        FakeDevice alices = device(ALICE, ROOM);
        long one = says(ALICE, BOB);
        says(ALICE);
        happens(ALICE, new RoomEvent.MessageDeleted(one, null));

        book.round();

        assertThat(bobs.news()).containsExactly("1/0");
        assertThat(alices.news()).isEmpty();
        assertThat(book.watches(ROOM)).isFalse();
    }

    @Test
    void thoseWhoHaveReadADeletedMessageAreNotTold() {
        FakeDevice phone = device(BOB, ROOM);
        long one = says(ALICE);
        log.read(BOB, ROOM, one);

        happens(ALICE, new RoomEvent.MessageDeleted(one, null));
        book.round();

        assertThat(phone.news()).isEmpty();
    }

    @Test
    void whoListensIsToldOfAMentionMadeByAnEdit() {
        FakeDevice bobs = device(BOB, ROOM);
        FakeDevice alices = device(ALICE, ROOM);
        long one = says(ALICE);

        happens(ALICE, edited(one, BOB));
        book.round();

        assertThat(bobs.news()).containsExactly("1/1");
        assertThat(alices.news()).isEmpty();
    }

    // --- read

    @Test
    void readingOnOneDeviceClearsTheOthersWithoutARead() {
        FakeDevice laptop = device(BOB, ROOM);
        FakeDevice phone = device(BOB, ROOM);
        long seq = says(ALICE);

        reads(laptop, seq);
        book.round();

        assertThat(phone.news()).containsExactly("read " + seq, "0/0");
        assertThat(laptop.news()).isEmpty();
        assertThat(log.counted).isZero();
    }

    @Test
    void readingWithOneDeviceThatListensCostsNothing() {
        FakeDevice laptop = device(BOB, ROOM);

        reads(laptop, says(ALICE));
        book.round();

        assertThat(laptop.news()).isEmpty();
        assertThat(book.watches(ROOM)).isFalse();
    }

    @Test
    void readingInTheMiddleTellsAllDevicesWhatIsLeft() {
        FakeDevice laptop = device(BOB, ROOM);
        FakeDevice phone = device(BOB);
        long one = says(ALICE);
        says(ALICE, BOB);
        book.round();
        phone.news();

        reads(laptop, one);
        book.round();

        assertThat(laptop.news()).containsExactly("1/1");
        assertThat(phone.news()).containsExactly("read " + one, "1/1");
    }

    @Test
    void aDeviceThatDoesNotListenIsToldOfItsOwnReading() {
        FakeDevice phone = device(BOB);
        long seq = says(ALICE);
        book.round();
        phone.news();

        reads(phone, seq);
        book.round();
        book.round();

        assertThat(phone.news()).containsExactly("0/0");
    }

    @Test
    void aMarkerThatWouldGoBackIsNotTold() {
        FakeDevice laptop = device(BOB);
        FakeDevice phone = device(BOB);
        long one = says(ALICE);
        long two = says(ALICE);
        reads(laptop, two);
        book.round();
        phone.news();

        reads(laptop, one);
        book.round();

        assertThat(phone.news()).isEmpty();
    }

    @Test
    void aReadThatTheCountsKnewBeforeItWasHeardIsToldAsRead() {
        FakeDevice laptop = device(BOB, ROOM);
        long seq = says(ALICE);
        log.read(BOB, ROOM, seq);
        FakeDevice phone = device(BOB); // welcomed and counted while the mark is on its way

        reads(laptop, seq);
        book.round();
        reads(laptop, seq);
        book.round();

        assertThat(phone.news()).containsExactly("read " + seq, "0/0");
        assertThat(laptop.news()).isEmpty();
    }

    @Test
    void aMarkerThatComesBeforeItsMessagesReadsThem() {
        FakeDevice laptop = device(BOB, ROOM);
        FakeDevice phone = device(BOB);
        LoggedEvent one = log.append(ROOM, ALICE, posted());
        reads(laptop, one.seq());
        book.round();

        book.happened(ROOM, List.of(one));
        book.round();

        assertThat(phone.news()).containsExactly("read " + one.seq(), "0/0");
    }

    @Test
    void readingElsewhereOfSomebodyWhoIsNotHereIsNothing() {
        var elsewhere = new FakeDevice(BOB);

        reads(elsewhere, says(ALICE));
        book.round();

        assertThat(book.watches(ROOM)).isFalse();
    }

    // --- bounds

    @Test
    void noMoreIsCountedInARoundThanTheSettingSays() {
        book = book(Map.of("confab.badge.counts", "10"));
        for (int i = 0; i < 25; i++) {
            log.join(new RoomId("r_more" + i), BOB);
        }
        book.greeted(new FakeDevice(BOB));

        book.round();
        assertThat(log.counted).isEqualTo(10);
        book.round();
        book.round();

        assertThat(log.counted).isEqualTo(26);
    }

    @Test
    void noMoreIsFollowedThanTheSettingSays() {
        book = book(Map.of("confab.badge.watched", "1"));
        log.join(OTHER, BOB);
        var phone = new FakeDevice(BOB);

        book.greeted(phone);
        book.round();

        assertThat(phone.told).hasSize(1);
        assertThat(metrics.leftOutCount()).isEqualTo(1);
    }

    @Test
    void manyRoomsAreToldInParts() {
        for (int i = 0; i < 99; i++) {
            log.join(new RoomId("r_more" + i), BOB);
        }
        var phone = new FakeDevice(BOB);
        book.greeted(phone);

        book.round();
        assertThat(phone.told).hasSizeLessThan(100);
        book.round();

        assertThat(phone.told).hasSize(100);
    }
}
