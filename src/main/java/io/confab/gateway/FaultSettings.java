package io.confab.gateway;

import io.confab.kernel.Configuration;
import io.confab.kernel.Profile;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The faults that a node makes on purpose, for who writes a client (docs/adr/0045). None unless set, and refused outside
 * profile {@code dev}.
 *
 * @param chances from 0 to 1, of each write to a socket or, where it strikes one frame, of each such frame; empty: no faults
 * @param seed the same seed and the same sockets in the same order have the same faults
 */
public record FaultSettings(Map<Fault, Double> chances, long seed) {
    private static final String WORDS =
            Arrays.stream(Fault.values()).map(Fault::word).collect(Collectors.joining(", "));

    /** What can go wrong on the way to a client. */
    public enum Fault {
        /** The answer to a command is lost; the command was carried out. */
        DROP_OK,
        /** An event of a room's log comes twice. */
        DOUBLE_EVENT,
        /** An event comes after what follows it. */
        REORDER,
        /** What is written comes late. */
        DELAY,
        /** The connection is closed with a code that says: come back. */
        CLOSE,
        /** The connection stays open, and nothing comes any more. */
        SILENCE;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public FaultSettings {
        chances = Map.copyOf(chances);
    }

    public static FaultSettings from(Configuration c) {
        boolean allowed = Profile.from(c) == Profile.DEV;
        List<String> given = c.list(
                "confab.faults",
                one -> allowed && parse(one).isPresent(),
                "in profile dev only: " + WORDS + ", each with =CHANCE from 0 to 1, separated by commas");
        var chances = new EnumMap<Fault, Double>(Fault.class);
        given.forEach(one -> parse(one).ifPresent(fault -> chances.put(fault.getKey(), fault.getValue())));
        return new FaultSettings(chances, c.whole("confab.faults.seed", 1, 0, Integer.MAX_VALUE));
    }

    /** Whether anything is to go wrong at all. */
    boolean any() {
        return !chances.isEmpty();
    }

    private static Optional<Map.Entry<Fault, Double>> parse(String one) {
        String[] parts = one.split("=", 2);
        if (parts.length < 2) {
            return Optional.empty();
        }
        return Arrays.stream(Fault.values())
                .filter(fault -> fault.word().equals(parts[0].strip()))
                .findFirst()
                .flatMap(fault -> chance(parts[1]).map(chance -> Map.entry(fault, chance)));
    }

    private static Optional<Double> chance(String text) {
        try {
            double chance = Double.parseDouble(text.strip());
            return chance >= 0 && chance <= 1 ? Optional.of(chance) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
