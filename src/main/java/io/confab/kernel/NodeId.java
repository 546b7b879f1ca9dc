package io.confab.kernel;

import java.util.regex.Pattern;

/** The name of this node among those that share a database and a broker: 1 to 40 of {@code [A-Za-z0-9._-]}. */
public record NodeId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,40}");

    /** {@code confab.node}; without it a new name at each start, so that two nodes never share one by accident. */
    public static NodeId from(Configuration configuration) {
        return new NodeId(configuration
                .optional("confab.node", FORM.asMatchPredicate(), "1 to 40 of [A-Za-z0-9._-]")
                .orElseGet(() -> "n-" + new Ids().random().substring(0, 8)));
    }

    @Override
    public String toString() {
        return value;
    }
}
