package io.confab.admin;

import io.confab.kernel.UserId;
import io.confab.moderation.PersonTimeline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A part of what happened with somebody, as the tag {@code confab:story} shows it.
 *
 * @param entries newest first
 * @param next where the part before begins; empty: there is none
 * @param names of whoever did something in it, by id
 * @param own of whoever looks at it: they take nothing of it back
 */
public record Story(List<PersonTimeline.Entry> entries, String next, Map<String, String> names, boolean own) {
    public Story {
        entries = List.copyOf(entries);
        names = Map.copyOf(names);
    }

    static Story of(Console console, PersonTimeline.Page page, boolean own) {
        List<UserId> ids = page.entries().stream()
                .flatMap(entry -> Stream.ofNullable(entry.by()))
                .distinct()
                .toList();
        var names = new HashMap<String, String>();
        console.accounts().find(ids).forEach(by -> names.put(by.id().value(), by.username()));
        return new Story(page.entries(), page.next(), names, own);
    }

    public String name(@Nullable UserId by) {
        return by == null ? "" : names.getOrDefault(by.value(), "");
    }
}
