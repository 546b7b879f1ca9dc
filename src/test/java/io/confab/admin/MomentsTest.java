package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.identity.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a time that somebody names means, in their own zone and in the nights when clocks change. */
class MomentsTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

    private static Instant end(Lasting lasting, Instant now, ZoneId zone, String wall) {
        return switch (lasting.end(now, zone, wall)) {
            case Outcome.Done<Lasting.End>(Lasting.End(Instant at)) -> at;
            case Outcome.Refused<Lasting.End> refused -> throw new AssertionError(refused);
        };
    }

    @Test
    void tomorrowMorningIsThatOfWhoSaysIt() {
        Instant now = Instant.parse("2026-11-26T02:00:00Z"); // still the 25th in New York, 11:00 of the 26th in Tokyo

        assertThat(end(Lasting.UNTIL_MORNING, now, NEW_YORK, "")).isEqualTo("2026-11-26T14:00:00Z");
        assertThat(end(Lasting.UNTIL_MORNING, now, TOKYO, "")).isEqualTo("2026-11-27T00:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-07T20:00:00Z, 2026-03-08T13:00:00Z", // the clock goes forward in that night: 09:00 EDT
        "2026-10-31T20:00:00Z, 2026-11-01T14:00:00Z" // it goes back: 09:00 EST
    })
    void tomorrowMorningIsNineOClockAlsoAfterTheNightInWhichTheClockChanges(Instant now, Instant morning) {
        assertThat(end(Lasting.UNTIL_MORNING, now, NEW_YORK, "")).isEqualTo(morning);
    }

    @ParameterizedTest
    @CsvSource({"2026-03-07T20:00:00Z", "2026-10-31T20:00:00Z", "2026-11-26T02:00:00Z"})
    void aDayIsTwentyFourHoursWhateverTheClocksDo(Instant now) {
        assertThat(end(Lasting.ONE_DAY, now, NEW_YORK, "")).isEqualTo(now.plus(Duration.ofHours(24)));
    }

    @Test
    void timeThatDoesNotExistIsMovedOnByWhatIsLeftOut() {
        assertThat(Moments.read("2026-03-08T02:30", NEW_YORK))
                .contains(Instant.parse("2026-03-08T07:30:00Z")); // 03:30 EDT
    }

    @Test
    void timeThatComesTwiceIsTheFirstOfThem() {
        assertThat(Moments.read("2026-11-01T01:30", NEW_YORK))
                .contains(Instant.parse("2026-11-01T05:30:00Z")); // 01:30 EDT
    }

    @Test
    void dayBeginsWhereTheReaderIs() {
        Instant now = Instant.parse("2026-11-26T02:00:00Z");

        assertThat(Moments.today(now, NEW_YORK)).isEqualTo("2026-11-25T05:00:00Z");
        assertThat(Moments.today(now, TOKYO)).isEqualTo("2026-11-25T15:00:00Z");
        assertThat(Moments.read("2026-11-25", NEW_YORK)).contains(Instant.parse("2026-11-25T05:00:00Z"));
        assertThat(Moments.today(Instant.parse("2026-03-29T12:00:00Z"), ZoneId.of("Asia/Beirut")))
                .as("a day without a midnight")
                .isEqualTo("2026-03-28T22:00:00Z");
    }

    @Test
    void instantMeansTheSameToEverybodyAndComesBackAsTheOwnTime() {
        String link = "2026-11-25T05:00:00Z";

        assertThat(Moments.read(link, TOKYO)).contains(Instant.parse(link)).isEqualTo(Moments.read(link, NEW_YORK));
        assertThat(Moments.field(Instant.parse(link), NEW_YORK)).isEqualTo("2026-11-25T00:00");
        assertThat(Moments.field(Instant.parse(link), TOKYO)).isEqualTo("2026-11-25T14:00");
        assertThat(Moments.field(null, TOKYO)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Lasting.class, names = "UNTIL_TIME", mode = EnumSource.Mode.EXCLUDE)
    void timeThatIsNamedBesideAnotherChoiceIsRefusedAndNotPassedOver(Lasting lasting) {
        Instant now = Instant.parse("2026-11-26T02:00:00Z");

        assertThat(lasting.end(now, NEW_YORK, "2026-11-27T09:00"))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.toString())
                                .contains("you named a time", Lasting.UNTIL_TIME.label()));
        assertThat(lasting.end(now, NEW_YORK, " ")).isInstanceOf(Outcome.Done.class);
        assertThat(end(Lasting.UNTIL_TIME, now, NEW_YORK, "2026-11-27T09:00")).isEqualTo("2026-11-27T14:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({"''", "soon", "2026-02-30T10:00", "2026-11-25T25:00", "2026-11-25T05:00:00+01:00", "Z"})
    void whatIsNoTimeIsNone(String text) {
        assertThat(Moments.read(text, ZoneOffset.UTC)).isEmpty();
        assertThat(Lasting.UNTIL_TIME.end(Instant.EPOCH, ZoneOffset.UTC, text)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void eachTimeThatAReportOffersEndsOrIsUntilLifted() {
        for (Lasting offered : new Deciding().getLastings()) {
            Instant end = offered.from(Instant.EPOCH);
            assertThat(end == null).as(offered.label()).isEqualTo(offered == Lasting.UNTIL_LIFTED);
        }
        assertThatThrownBy(() -> Lasting.UNTIL_MORNING.from(Instant.EPOCH)).hasMessageContaining("needs a zone");
    }
}
