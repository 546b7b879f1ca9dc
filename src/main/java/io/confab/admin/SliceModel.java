package io.confab.admin;

import io.confab.moderation.Slice;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.primefaces.model.FilterMeta;
import org.primefaces.model.LazyDataModel;
import org.primefaces.model.SortMeta;
import org.primefaces.model.SortOrder;

/**
 * A PrimeFaces table over a {@link Slice}: one page at a time, never all rows. Which page comes first, and in which order, its
 * address may say ({@code ?first=50&sort=-createdAt}, kept there by console.js); what it says wrongly is as if it said nothing.
 */
public class SliceModel<T> extends LazyDataModel<T> {
    private static final long serialVersionUID = 1L;
    /** Of a page, as each table says. */
    private static final int ROWS = 25;

    private final Loader<T> loader;
    private final int first;
    private final Order start;
    private boolean more;

    /** @param door knows the address */
    public SliceModel(Door door, Loader<T> loader) {
        this.loader = loader;
        this.first = row(door.parameter("first"));
        this.start = Order.of(door.parameter("sort"));
    }

    private static int row(String said) {
        try {
            int row = Integer.parseInt(said);
            return row > 0 && row <= Slice.MOST ? row - row % ROWS : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Reads one page. */
    @FunctionalInterface
    public interface Loader<T> extends Serializable {
        Slice<T> page(int offset, int limit, Order order);
    }

    /** @param field as the column's {@code sortBy} names it; empty: the list's own order */
    public record Order(String field, boolean ascending) implements Serializable {
        private static final long serialVersionUID = 1L;

        private static Order of(String said) {
            boolean ascending = !said.startsWith("-");
            return new Order(ascending ? said : said.substring(1), ascending);
        }
    }

    /** The row that the address begins with; the first of a page. */
    public int getFirst() {
        return first;
    }

    /** For the column of this name: how the address sorts by it. */
    public String sorted(String field) {
        if (!start.field().equals(field)) {
            return "unsorted";
        }
        return start.ascending() ? "asc" : "desc";
    }

    /** What is known from the page before; {@link #load} finds the true number, and the table goes back from a page beyond the end. */
    @Override
    public int count(Map<String, FilterMeta> filterBy) {
        return getRowCount();
    }

    @Override
    public List<T> load(int first, int pageSize, Map<String, SortMeta> sortBy, Map<String, FilterMeta> filterBy) {
        Order order = sortBy.values().stream()
                .findFirst()
                .map(meta -> new Order(meta.getField(), meta.getOrder() == SortOrder.ASCENDING))
                .orElse(new Order("", true));
        Slice<T> slice = loader.page(first, pageSize, order);
        setRowCount(slice.total());
        more = slice.more();
        return slice.rows();
    }

    /** More rows match than can be paged through. */
    public boolean isMore() {
        return more;
    }
}
