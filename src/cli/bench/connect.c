/* `connect serve PORT...` accepts and closes; `connect ADDRESS PORT COUNT` connects and resets COUNT times, one after
 * the other, and prints the nanoseconds that it took. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct sockaddr_in address_of(const char *address, const char *port) {
  struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  if (inet_pton(AF_INET, address, &sin.sin_addr) != 1) fail(address);
  return sin;
}

static int serve(int count, char **ports) {
  struct pollfd listeners[8];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int i = 0; i < count && i < 8; i++) {
    struct sockaddr_in sin = address_of("0.0.0.0", ports[i]);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof sin) != 0 || listen(fd, 4096) != 0) fail("listen");
    listeners[i] = (struct pollfd){.fd = fd, .events = POLLIN};
  }
  puts("ready");
  fflush(stdout);
  for (;;) {
    if (poll(listeners, count, -1) < 0) fail("poll");
    for (int i = 0; i < count; i++)
      for (int fd; (listeners[i].revents & POLLIN) && (fd = accept(listeners[i].fd, NULL, NULL)) >= 0;) close(fd);
  }
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "serve") == 0) return serve(argc - 2, argv + 2);
  if (argc != 4) return 2;
  struct sockaddr_in sin = address_of(argv[1], argv[2]);
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (int i = 0, count = atoi(argv[3]); i < count; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&sin, sizeof sin) != 0) fail("connect");
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("%lld\n", (to.tv_sec - from.tv_sec) * 1000000000LL + to.tv_nsec - from.tv_nsec);
  return 0;
}
