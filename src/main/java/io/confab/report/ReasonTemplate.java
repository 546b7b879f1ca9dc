package io.confab.report;

/** What the person concerned is told, ready to be changed; what staff think of it goes into the note. */
public enum ReasonTemplate {
    SPAM("Spam", "Advertising and repeated messages are not wanted here."),
    HARASSMENT("Harassment", "Insults and attacks on people are not allowed here."),
    HATE("Hate", "Hate against groups of people is not allowed here."),
    SEXUAL("Sexual content", "Sexual content is not allowed here."),
    VIOLENCE("Threats", "Threats and calls for violence are not allowed here."),
    ILLEGAL("Against the law", "This is against the law."),
    OTHER("House rules", "This is against the rules of this server.");

    private final String title;
    private final String text;

    ReasonTemplate(String title, String text) {
        this.title = title;
        this.text = text;
    }

    public String title() {
        return title;
    }

    public String text() {
        return text;
    }

    /** The one that fits what was reported. */
    public static ReasonTemplate of(ReportType type) {
        return valueOf(type.name());
    }
}
