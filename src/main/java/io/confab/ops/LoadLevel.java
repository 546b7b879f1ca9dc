package io.confab.ops;

import io.confab.kernel.Load;

/**
 * How many kinds of work are given up, the first of {@link Load.Kind} first: as many as the pressure asks for, at once; half
 * as many, or what it asked for most meanwhile, each time it has been lower for a while. So it does not swing, and what
 * matters most is the first that is taken up again. Not thread-safe.
 */
final class LoadLevel {
    private static final int KINDS = Load.Kind.values().length;

    private final LoadSettings settings;
    private int level;
    private long askedForNanos;
    private int mostSince;

    LoadLevel(LoadSettings settings) {
        this.settings = settings;
    }

    /** @param pressure from 0 to 1 */
    int at(double pressure, long nowNanos) {
        int asked = asked(pressure);
        mostSince = Math.max(mostSince, asked);
        boolean wasCalm = nowNanos - askedForNanos >= settings.calm().toNanos();
        if (asked >= level || wasCalm) {
            level = asked >= level ? asked : Math.max(mostSince, level / 2);
            askedForNanos = nowNanos;
            mostSince = 0;
        }
        return level;
    }

    private int asked(double pressure) {
        int kinds = 0;
        while (kinds < KINDS && pressure * 100 >= threshold(kinds)) {
            kinds++;
        }
        return kinds;
    }

    private double threshold(int kind) {
        double range = settings.fullPercent() - (double) settings.beginPercent();
        return settings.beginPercent() + range * kind / (KINDS - 1);
    }
}
