package io.confab.ops;

import io.confab.kernel.Load;

/**
 * How many kinds of work are given up, the first of {@link Load.Kind} first: as many as the pressure asks for, at once; one
 * less each time it has been lower for a while, so that it does not swing. Not thread-safe.
 */
final class LoadLevel {
    private static final int KINDS = Load.Kind.values().length;

    private final LoadSettings settings;
    private int level;
    private long askedForNanos;

    LoadLevel(LoadSettings settings) {
        this.settings = settings;
    }

    /** @param pressure from 0 to 1 */
    int at(double pressure, long nowNanos) {
        int asked = asked(pressure);
        if (asked >= level) {
            level = asked;
            askedForNanos = nowNanos;
        } else if (nowNanos - askedForNanos >= settings.calm().toNanos()) {
            level--;
            askedForNanos = nowNanos;
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
