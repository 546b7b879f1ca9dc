package io.confab.delivery;

/** Is told of connections that come and go. All CDI beans of this type are told; they must not block. */
public interface ConnectionListener {
    void opened(Connection connection);

    void ended(Connection connection);
}
