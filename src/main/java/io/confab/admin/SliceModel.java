package io.confab.admin;

import io.confab.moderation.Slice;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.primefaces.model.FilterMeta;
import org.primefaces.model.LazyDataModel;
import org.primefaces.model.SortMeta;
import org.primefaces.model.SortOrder;

/** A PrimeFaces table over a {@link Slice}: one page at a time, never all rows. */
public class SliceModel<T> extends LazyDataModel<T> {
    private static final long serialVersionUID = 1L;

    private final Loader<T> loader;
    private boolean more;

    public SliceModel(Loader<T> loader) {
        this.loader = loader;
    }

    /** Reads one page. */
    @FunctionalInterface
    public interface Loader<T> extends Serializable {
        Slice<T> page(int offset, int limit, Order order);
    }

    /** @param field as the column's {@code sortBy} names it; empty: the list's own order */
    public record Order(String field, boolean ascending) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    /** What is known from the page before; {@link #load} finds the true number. */
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
