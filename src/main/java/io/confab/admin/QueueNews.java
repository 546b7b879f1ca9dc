package io.confab.admin;

import io.confab.report.CaseRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What open pages are told of a case, read once for each state of it, however many pages open. For one thread.
 */
final class QueueNews {
    /** As many as a feed remembers, and some. */
    private static final int MOST = 1_000;

    private final Map<String, Told> told = new LinkedHashMap<>();

    private record Told(CaseRow as, Map<String, Object> news) {}

    /** @param read of the case with this id */
    List<Map<String, Object>> of(List<CaseRow> cases, Function<String, Optional<Map<String, Object>>> read) {
        var all = new ArrayList<Map<String, Object>>();
        for (CaseRow about : cases) {
            one(about, read).ifPresent(all::add);
        }
        forget();
        return all;
    }

    private Optional<Map<String, Object>> one(CaseRow about, Function<String, Optional<Map<String, Object>>> read) {
        Told known = told.get(about.id());
        if (known != null && known.as().equals(about)) {
            return Optional.of(known.news());
        }
        Optional<Map<String, Object>> news = read.apply(about.id());
        told.remove(about.id());
        news.ifPresent(now -> told.put(about.id(), new Told(about, now)));
        return news;
    }

    /** Those that were read first. */
    private void forget() {
        var oldest = told.entrySet().iterator();
        while (told.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }
}
