/* CGI program of subject cgi-c: one process per request, the answers of the other subjects. RFC 3875. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_BYTES 65536

static char unit[UNIT_BYTES];
static char piece[UNIT_BYTES];

/* The unit of pattern.ts. */
static void fill_unit(void) {
  for (unsigned i = 0; i < UNIT_BYTES; i++) unit[i] = (char)(33 + (i * 31 + (i >> 8)) % 94);
}

static void send_head(long bytes) {
  printf("Content-Type: text/plain\r\nCache-Control: no-store\r\nContent-Length: %ld\r\n\r\n", bytes);
}

static void send_text(const char *text) {
  send_head((long)strlen(text));
  fputs(text, stdout);
}

static void send_pattern(long bytes) {
  fill_unit();
  send_head(bytes);
  for (long left = bytes; left > 0; left -= UNIT_BYTES) {
    fwrite(unit, 1, left < UNIT_BYTES ? (size_t)left : UNIT_BYTES, stdout);
  }
}

static void take_upload(long bytes) {
  long seen = 0;
  char verdict[32];
  fill_unit();
  while (seen < bytes) {
    size_t start = (size_t)(seen % UNIT_BYTES);
    size_t count = fread(piece, 1, UNIT_BYTES - start, stdin);
    if (count == 0) break;
    if (memcmp(piece, unit + start, count) != 0) {
      send_text("not the pattern");
      return;
    }
    seen += (long)count;
  }
  snprintf(verdict, sizeof verdict, "%ld", seen);
  send_text(verdict);
}

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value == NULL ? "" : value;
}

int main(void) {
  const char *path = variable("PATH_INFO");
  if (strcmp(path, "/hello") == 0) {
    int complete = *variable("HTTP_HOST") && *variable("HTTP_USER_AGENT") && *variable("REMOTE_ADDR");
    send_text(complete ? "Hello" : "a header is missing");
  } else if (strcmp(path, "/answer10k") == 0) {
    send_pattern(10240);
  } else if (strcmp(path, "/answer1m") == 0) {
    send_pattern(1048576);
  } else if (strcmp(path, "/download") == 0) {
    send_pattern(atol(variable("QUERY_STRING")));
  } else {
    take_upload(atol(variable("CONTENT_LENGTH")));
  }
  return 0;
}
