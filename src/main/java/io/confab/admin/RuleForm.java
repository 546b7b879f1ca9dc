package io.confab.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.room.Verdict;
import io.confab.rule.RuleAct;
import io.confab.rule.RuleDefinition;
import io.confab.rule.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields of a rule as the page has them, and the document that they make. */
public class RuleForm {
    private static final int MINUTE = 60;
    private static final int HOUR = 3_600;

    private String kind = "words";
    private String name = "";
    private RuleAct act = RuleAct.BLOCK;
    private String told = "";
    private int muteMinutes = 10;
    private Duration younger = Duration.ZERO; // as the rule has it
    private int youngerHours;
    private final Map<Verdict.Exempt, Boolean> left = new EnumMap<>(Verdict.Exempt.class);
    private String exemptRooms = "";
    private String texts = "";
    private boolean whole = true;
    private String expression = "";
    private boolean except;
    private int number = 10;
    private int seconds = 60;

    static final Set<String> KINDS = Set.of("words", "expression", "links", "mentions", "repeats", "rate", "any");

    RuleForm() {
        for (Verdict.Exempt who : Verdict.Exempt.values()) {
            left.put(who, true);
        }
    }

    static RuleForm of(RuleDefinition rule) {
        var form = new RuleForm();
        form.kind = rule.trigger().kind();
        form.name = rule.name();
        form.act = rule.act();
        form.told = rule.told() == null ? "" : rule.told();
        form.muteMinutes = rule.muteFor().isZero()
                ? form.muteMinutes
                : Math.toIntExact(rule.muteFor().toMinutes());
        form.younger = rule.youngerThan();
        form.youngerHours = hours(rule.youngerThan());
        form.left.replaceAll((who, is) -> rule.exempt().contains(who));
        form.exemptRooms = rule.exemptRooms().stream().map(RoomId::value).collect(Collectors.joining("\n"));
        switch (rule.trigger()) {
            case Trigger.Words words -> {
                form.texts = String.join("\n", words.words());
                form.whole = words.whole();
            }
            case Trigger.Expression one -> form.expression = one.expression();
            case Trigger.Links links -> {
                form.texts = String.join("\n", links.domains());
                form.except = links.except();
            }
            case Trigger.Mentions mentions -> form.number = mentions.atLeast();
            case Trigger.Repeats repeats -> form.counts(repeats.times(), repeats.within());
            case Trigger.Rate rate -> form.counts(rate.times(), rate.within());
            case Trigger.Any ignored -> {}
        }
        return form;
    }

    /** Begun ones count, so that less than one is not none. */
    private static int hours(Duration younger) {
        return Math.toIntExact(younger.plusHours(1).minusNanos(1).toHours());
    }

    private void counts(int times, Duration within) {
        number = times;
        seconds = Math.toIntExact(within.toSeconds());
    }

    ObjectNode document() {
        ObjectNode json = Json.object().put("name", name.strip()).put("act", act.word());
        json.put("told", told.strip());
        if (act == RuleAct.MUTE) {
            json.put("mute_s", (long) muteMinutes * MINUTE);
        }
        boolean same = youngerHours == hours(younger); // an hour is not what every rule is made in
        json.put("younger_than_s", same ? younger.toSeconds() : (long) youngerHours * HOUR);
        ArrayNode exempt = json.putArray("exempt");
        left.forEach((who, is) -> {
            if (is) {
                exempt.add(who.name().toLowerCase(Locale.ROOT));
            }
        });
        add(json.putArray("exempt_rooms"), lines(exemptRooms));
        ObjectNode trigger = json.putObject("trigger").put("kind", kind);
        switch (kind) {
            case "words" -> add(trigger.put("whole", whole).putArray("words"), lines(texts));
            case "expression" -> trigger.put("expression", expression);
            case "links" -> add(trigger.put("except", except).putArray("domains"), lines(texts));
            case "mentions" -> trigger.put("at_least", number);
            case "repeats" -> trigger.put("times", number).put("within_s", seconds);
            case "rate" -> trigger.put("times", number).put("within_s", seconds);
            default -> {} // nothing more to say
        }
        return json;
    }

    private static void add(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static List<String> lines(@Nullable String text) {
        var lines = new ArrayList<String>();
        if (text != null) {
            text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(lines::add);
        }
        return lines;
    }

    public Verdict.Exempt[] getEveryExempt() {
        return Verdict.Exempt.values();
    }

    public String getKind() {
        return kind;
    }

    void setKind(String kind) {
        this.kind = kind;
        if (kind.equals("repeats")) {
            number = 3;
        } else if (kind.equals("any")) {
            youngerHours = 24;
        }
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public RuleAct getAct() {
        return act;
    }

    public void setAct(RuleAct act) {
        this.act = act;
    }

    public String getTold() {
        return told;
    }

    public void setTold(String told) {
        this.told = told;
    }

    public int getMuteMinutes() {
        return muteMinutes;
    }

    public void setMuteMinutes(int muteMinutes) {
        this.muteMinutes = muteMinutes;
    }

    public int getYoungerHours() {
        return youngerHours;
    }

    public void setYoungerHours(int youngerHours) {
        this.youngerHours = youngerHours;
    }

    /** Of everybody who can be left alone, whether they are. */
    public Map<Verdict.Exempt, Boolean> getLeft() {
        return left;
    }

    public String getExemptRooms() {
        return exemptRooms;
    }

    public void setExemptRooms(String exemptRooms) {
        this.exemptRooms = exemptRooms;
    }

    public String getTexts() {
        return texts;
    }

    public void setTexts(String texts) {
        this.texts = texts;
    }

    public boolean isWhole() {
        return whole;
    }

    public void setWhole(boolean whole) {
        this.whole = whole;
    }

    public String getExpression() {
        return expression;
    }

    public void setExpression(String expression) {
        this.expression = expression;
    }

    public boolean isExcept() {
        return except;
    }

    public void setExcept(boolean except) {
        this.except = except;
    }

    public int getNumber() {
        return number;
    }

    public void setNumber(int number) {
        this.number = number;
    }

    public int getSeconds() {
        return seconds;
    }

    public void setSeconds(int seconds) {
        this.seconds = seconds;
    }
}
