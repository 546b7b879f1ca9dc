package io.confab.ops;

import io.confab.kernel.Configuration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the operator says of the database; key and effect in server-config/README.md.
 *
 * @param restore a name for the occasion on which the database was set back
 */
public record RestoreSettings(Optional<String> restore) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,100}");

    public static RestoreSettings from(Configuration c) {
        return new RestoreSettings(
                c.optional("confab.restore", NAME.asMatchPredicate(), "1 to 100 of [A-Za-z0-9._:-]"));
    }
}
