package io.confab.log;

import io.confab.kernel.RoomId;

/** One message: its room and the number of its {@code msg.new}. */
record MessageKey(RoomId room, long seq) {}
