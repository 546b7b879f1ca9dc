package io.confab.badge;

import io.confab.kernel.Json;
import java.util.List;

/**
 * Texts to clients:
 *
 * <pre>
 * {"t":"badge","room":…,"d":{"unread":n,"mentions":n,"read":seq,"ep":…,"head":seq}}
 * {"t":"read","room":…,"d":{"user":…,"seq":seq}}
 * </pre>
 */
final class BadgeTexts {
    private BadgeTexts() {}

    static List<String> of(Watch watch, boolean withRead) {
        return withRead ? List.of(read(watch), badge(watch)) : List.of(badge(watch));
    }

    private static String badge(Watch watch) {
        var frame = Json.object().put("t", "badge").put("room", watch.room().value());
        frame.putObject("d")
                .put("unread", watch.unread())
                .put("mentions", watch.mentions())
                .put("read", watch.marker())
                .put("ep", watch.epoch())
                .put("head", watch.countedTo());
        return Json.write(frame);
    }

    private static String read(Watch watch) {
        var frame = Json.object().put("t", "read").put("room", watch.room().value());
        frame.putObject("d").put("user", watch.user().value()).put("seq", watch.marker());
        return Json.write(frame);
    }
}
