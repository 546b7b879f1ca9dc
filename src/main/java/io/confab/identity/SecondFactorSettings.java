package io.confab.identity;

import io.confab.kernel.Configuration;
import io.confab.kernel.Profile;

/** @param unsealed a factor's secret may be stored as it is: only on a developer's own machine */
public record SecondFactorSettings(boolean unsealed) {
    public static SecondFactorSettings from(Configuration c) {
        return new SecondFactorSettings(Profile.from(c) == Profile.DEV);
    }
}
