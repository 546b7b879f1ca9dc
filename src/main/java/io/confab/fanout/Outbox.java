package io.confab.fanout;

import io.confab.trace.Followed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What waits for the broker's thread: bounded by number and bytes, never blocking those who put in. */
final class Outbox {
    private static final int TAKE = 512;

    private final ArrayBlockingQueue<Post> queue;
    private final long mostBytes;
    private final AtomicLong bytes = new AtomicLong();

    Outbox(int bound, long mostBytes) {
        this.queue = new ArrayBlockingQueue<>(bound);
        this.mostBytes = mostBytes;
    }

    /**
     * @param bytes of the texts, about
     * @param texts made on the broker's thread: JSON objects without line breaks
     * @param followed those of the events that are
     */
    record Post(String address, long bytes, Supplier<List<String>> texts, List<Followed> followed) {}

    /** What goes to one address. */
    record Mail(List<String> texts, List<Followed> followed) {
        Mail() {
            this(new ArrayList<>(), new ArrayList<>(0));
        }

        private void add(Post post) {
            texts.addAll(post.texts().get());
            followed.addAll(post.followed());
        }
    }

    /** False when full; one that is larger than the bound goes alone. */
    boolean offer(Post post) {
        long waiting = bytes.getAndAdd(post.bytes());
        boolean room = waiting == 0 || waiting + post.bytes() <= mostBytes;
        if (room && queue.offer(post)) {
            return true;
        }
        bytes.addAndGet(-post.bytes());
        return false;
    }

    int posts() {
        return queue.size();
    }

    long bytes() {
        return bytes.get();
    }

    /** All that waits, by address; waits for the first a while. */
    Map<String, Mail> take(long waitMillis) throws InterruptedException {
        var byAddress = new LinkedHashMap<String, Mail>();
        Post first = queue.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (first == null) {
            return byAddress;
        }
        var posts = new ArrayList<Post>();
        posts.add(first);
        queue.drainTo(posts, TAKE);
        // before the texts are made: a failure there must not leave bytes that never get less
        bytes.addAndGet(-posts.stream().mapToLong(Post::bytes).sum());
        for (Post post : posts) {
            byAddress.computeIfAbsent(post.address(), address -> new Mail()).add(post);
        }
        return byAddress;
    }
}
