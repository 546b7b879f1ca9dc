package io.confab.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is encoded is decoded to the same event: on the wire and in the rows of the log. */
class EventJsonPropertiesTest {
    @Property(edgeCases = EdgeCasesMode.NONE)
    void decodeUndoesEncode(@ForAll("logged") LoggedEvent logged) {
        String wire = EventJson.encode(logged);

        assertThat(EventJson.decode(wire)).isEqualTo(logged);
        assertThat(EventJson.encode(EventJson.decode(wire))).isEqualTo(wire);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void whatIsEncodedIsStrictJsonOnOneLine(@ForAll("logged") LoggedEvent logged) throws Json.Malformed {
        String wire = EventJson.encode(logged);

        assertThat(Json.write(Json.parse(wire))).isEqualTo(wire);
        assertThat(wire).doesNotContain("\n", "\r");
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void rowsOfTheLogHoldTheWholeEvent(@ForAll("logged") LoggedEvent logged) {
        RoomEvent event = logged.event();
        JsonNode d = Json.read(EventJson.encode(logged)).path("d");
        Long target = d.hasNonNull("seq") ? d.path("seq").longValue() : null;
        MessageBody body = d.path("body").isObject() ? EventJson.storedBody(Json.write(d.path("body"))) : null;

        assertThat(EventJson.event(event.type(), target, body, EventJson.detail(event)))
                .isEqualTo(event);
    }

    @Provide
    Arbitrary<LoggedEvent> logged() {
        return Combinators.combine(
                        ids().map(RoomId::new),
                        ids(),
                        Arbitraries.longs().between(1, Long.MAX_VALUE),
                        ids().map(UserId::new),
                        instants(),
                        ids().injectNull(0.3),
                        events())
                .as(LoggedEvent::new);
    }

    private static Arbitrary<RoomEvent> events() {
        Arbitrary<UserId> users = ids().map(UserId::new);
        Arbitrary<RoomRole> roles = Arbitraries.of(RoomRole.class);
        Arbitrary<SanctionKind> sanctions = Arbitraries.of(SanctionKind.class);
        Arbitrary<Long> numbers = Arbitraries.longs().between(1, Long.MAX_VALUE);
        Arbitrary<String> reasons = texts().injectNull(0.4);
        Arbitrary<List<Mention>> mentions = Combinators.combine(
                        users,
                        Arbitraries.integers().between(0, 8_000),
                        Arbitraries.integers().between(2, 33))
                .as(Mention::new)
                .list()
                .ofMaxSize(3);
        Arbitrary<Duration> slow = Arbitraries.longs().between(0, 21_600_000).map(Duration::ofMillis);
        return Arbitraries.oneOf(
                Combinators.combine(Arbitraries.of(RoomKind.class), texts()).as(RoomEvent.RoomCreated::new),
                Combinators.combine(
                                texts().injectNull(0.5),
                                texts().injectNull(0.5),
                                Arbitraries.of(RoomMode.class).injectNull(0.5),
                                slow.injectNull(0.5))
                        .as(RoomEvent.RoomUpdated::new),
                Arbitraries.just(new RoomEvent.RoomArchived()),
                Combinators.combine(users, roles).as(RoomEvent.MemberJoined::new),
                Combinators.combine(users, reasons).as(RoomEvent.MemberLeft::new),
                Combinators.combine(users, roles).as(RoomEvent.MemberRoleChanged::new),
                Combinators.combine(users, sanctions, instants().injectNull(0.3), reasons)
                        .as(RoomEvent.SanctionSet::new),
                Combinators.combine(users, sanctions).as(RoomEvent.SanctionLifted::new),
                Combinators.combine(
                                bodies().injectNull(0.2), numbers.injectNull(0.5), numbers.injectNull(0.5), mentions)
                        .as(RoomEvent.MessagePosted::new),
                Combinators.combine(numbers, bodies().injectNull(0.2), mentions).as(RoomEvent.MessageEdited::new),
                Combinators.combine(numbers, reasons, Arbitraries.of(true, false))
                        .as(RoomEvent.MessageDeleted::new),
                Combinators.combine(
                                numbers, users, bodies(), mentions, instants().injectNull(0.5))
                        .as(RoomEvent.MessageRestored::new),
                numbers.map(RoomEvent.MessageRestored::emptied),
                numbers.map(RoomEvent.MessagePinned::new),
                numbers.map(RoomEvent.MessageUnpinned::new),
                Combinators.combine(numbers.list().ofMinSize(1).ofMaxSize(5), reasons)
                        .as(RoomEvent.MessagesDeleted::new));
    }

    private static Arbitrary<MessageBody> bodies() {
        return Combinators.combine(texts().map(text -> text + "."), texts(), numbers(), Arbitraries.of(true, false))
                .as((text, key, number, plain) -> {
                    var body =
                            Json.object().put("type", plain ? "text" : "x.card").put("text", text);
                    body.putObject("a" + key)
                            .put(key, number)
                            .putArray("list")
                            .addNull()
                            .add(key);
                    return EventJson.storedBody(Json.write(body));
                });
    }

    private static Arbitrary<BigDecimal> numbers() {
        return Arbitraries.bigDecimals()
                .between(new BigDecimal("-1e9"), new BigDecimal("1e9"))
                .ofScale(4);
    }

    /** Any text that strict JSON lets in: neither U+0000 nor half a surrogate pair. */
    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .all()
                .ofMaxLength(20)
                .filter(text -> text.codePoints()
                        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)));
    }

    private static Arbitrary<String> ids() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('0', '9')
                .withChars('_', '-')
                .ofMinLength(1)
                .ofMaxLength(16);
    }

    private static Arbitrary<Instant> instants() {
        return Arbitraries.longs().between(0, 253_402_300_799_000L).map(Instant::ofEpochMilli);
    }
}
