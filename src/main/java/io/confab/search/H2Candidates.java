package io.confab.search;

import io.confab.store.LikePattern;
import io.confab.store.Reads;
import java.util.List;

/** By the rows of the first word, each of which is looked up for the others; without a word by person or room. */
final class H2Candidates extends Candidates {
    private static final String SELECT = "select t.ts, t.room_id, t.seq from ";
    private static final String SAME = " w.room_id = t.room_id and w.ts = t.ts and w.seq = t.seq";

    private final Reads reads;

    H2Candidates(Reads reads) {
        this.reads = reads;
    }

    @Override
    Stretch below(Place place, Wanted wanted, int limit) {
        List<Terms.Lexeme> words = List.copyOf(wanted.words());
        Sql sql = new Sql(SELECT);
        if (words.isEmpty()) {
            sql.add("message_text t where ");
        } else {
            sql.add("(select distinct w.room_id, w.ts, w.seq from message_word w where ");
            word(sql, words.getFirst());
            sql.add(") w join message_text t on" + SAME + " where ");
        }
        sql.below(place, wanted).by(wanted).inRoom(wanted).readable(wanted);
        for (Terms.Lexeme word : words.subList(Math.min(1, words.size()), words.size())) {
            sql.add(" and exists (select 1 from message_word w where" + SAME + " and ");
            word(sql, word);
            sql.add(")");
        }
        return new Stretch(reads.query(sql.add(NEWEST_FIRST, limit)::run), null);
    }

    private static void word(Sql sql, Terms.Lexeme word) {
        if (word.open()) {
            sql.add("w.word like ? escape '!'", LikePattern.startingWith(word.word()));
        } else {
            sql.add("w.word = ?", word.word());
        }
    }
}
