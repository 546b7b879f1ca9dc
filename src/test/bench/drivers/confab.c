/* Confab's protocol, version 1: bearer token as a subprotocol, hello with the room and the last number seen. The tokens
   file has a line "ACCESS ROOM" for each user. A frame may be an array of events: each has a text of its own. */
#define _GNU_SOURCE
#include "../load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void upgrade(conn *c, char *target, char *headers, size_t cap) {
  const char *t = token(c->idx);
  strcpy(target, "/ws/v1");
  snprintf(headers, cap, "Sec-WebSocket-Protocol: chat.v1.json, bearer.%.*s\r\n", (int)strcspn(t, " "), t);
}
static const char *room(conn *c) {
  const char *t = token(c->idx);
  return t + strcspn(t, " ") + 1;
}
static void opened(conn *c) {
  if (c->silent)
    ws_textf(c, "{\"t\":\"hello\",\"id\":\"h\",\"d\":{\"client\":\"load\",\"rooms\":{}}}");
  else if (c->resume && *c->cursor)
    ws_textf(c, "{\"t\":\"hello\",\"id\":\"h\",\"d\":{\"client\":\"load\",\"rooms\":{\"%s\":{%s}}}}", room(c), c->cursor);
  else
    ws_textf(c, "{\"t\":\"hello\",\"id\":\"h\",\"d\":{\"client\":\"load\",\"rooms\":{\"%s\":{}}}}", room(c));
}
static void note(conn *c, const char *p, size_t n) { /* where a later resume goes on: the event with text 0 */
  const char *e = memmem(p, n, "\"ep\":\"", 6), *s = memmem(p, n, "\"seq\":", 6);
  if (!e || !s) return;
  snprintf(c->cursor, sizeof c->cursor, "\"ep\":\"%.*s\",\"seq\":%lu", (int)strcspn(e + 6, "\""), e + 6, strtoul(s + 6, 0, 10));
}
static void message(conn *c, const char *p, size_t n) {
  const char *end = p + n, *at = p, *q;
  /* answers: {"t":"ok","id":"N",...}, alone or in an array with events */
  if (memmem(p, n, "\"t\":\"error\"", 11) || memmem(p, n, "\"t\":\"gap\"", 9)) { broken(c, "refused", p, n); return; }
  if (c->step == 0) {
    if (memmem(p, n, "\"t\":\"welcome\"", 13)) {
      if (!c->silent && !memmem(p, n, "\"status\":\"ok\"", 13)) { broken(c, "not subscribed", p, n); return; }
      c->step = 1;
      ready(c);
    } else { broken(c, "no welcome", p, n); return; }
  }
  while (at < end && (q = memmem(at, end - at, "\"t\":\"ok\",\"id\":\"", 15))) {
    at = q + 15;
    got_ack(c, strtoul(at, 0, 10));
    if (c->fd < 0) return;
  }
  for (at = p; at < end; at = q + 34) {
    q = memmem(at, end - at, "~T", 2);
    if (!q || end - q < 34) break;
    if (got_text(c, q, end - q) == 0 && text_id() == 0 && !c->resume) note(c, p, n);
  }
}
static void post(conn *c, uint32_t id, const char *text) {
  ws_textf(c, "{\"t\":\"msg.send\",\"id\":\"%u\",\"room\":\"%s\",\"d\":{\"cid\":\"c%d-%u\",\"body\":{\"type\":\"text\",\"text\":\"%s\"}}}", id,
           room(c), c->idx, id, text);
}
const driver confab_driver = {"confab", upgrade, opened, message, post};
