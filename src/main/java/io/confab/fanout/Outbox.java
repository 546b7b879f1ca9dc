package io.confab.fanout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What waits for the broker's thread: bounded, never blocking those who put in. */
final class Outbox {
    private static final int TAKE = 512;

    private final ArrayBlockingQueue<Post> queue;

    Outbox(int bound) {
        this.queue = new ArrayBlockingQueue<>(bound);
    }

    /** @param texts made on the broker's thread: JSON objects without line breaks */
    record Post(String address, Supplier<List<String>> texts) {}

    /** False when full. */
    boolean offer(Post post) {
        return queue.offer(post);
    }

    /** All that waits, by address; waits for the first a while. */
    Map<String, List<String>> take(long waitMillis) throws InterruptedException {
        var byAddress = new LinkedHashMap<String, List<String>>();
        Post first = queue.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (first == null) {
            return byAddress;
        }
        var posts = new ArrayList<Post>();
        posts.add(first);
        queue.drainTo(posts, TAKE);
        for (Post post : posts) {
            byAddress
                    .computeIfAbsent(post.address(), address -> new ArrayList<>())
                    .addAll(post.texts().get());
        }
        return byAddress;
    }
}
