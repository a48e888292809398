/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The least that one launch can cost: starts /bin/true with an empty stdin and two pipes, in a
 * session of its own, with an empty signal mask and no further descriptor, reads both pipes to
 * their ends and waits. Reads a number of launches from each line of stdin, and answers with the
 * microseconds that each of them took.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void check(int failed, const char *what) {
  if (failed) {
    perror(what);
    exit(1);
  }
}

static void drain(int out, int err) {
  static char buffer[65536];
  struct pollfd open[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  for (int left = 2; left > 0;) {
    check(poll(open, 2, -1) < 0, "poll");
    for (int i = 0; i < 2; i++) {
      if (open[i].fd >= 0 && open[i].revents && read(open[i].fd, buffer, sizeof buffer) <= 0) {
        close(open[i].fd);
        open[i].fd = -1;
        left--;
      }
    }
  }
}

static void launch(const posix_spawnattr_t *attributes) {
  char *arguments[] = {"/bin/true", NULL};
  int out[2], err[2], status;
  pid_t pid;
  posix_spawn_file_actions_t actions;
  check(pipe2(out, O_CLOEXEC) | pipe2(err, O_CLOEXEC), "pipe2");
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
  check(posix_spawn(&pid, arguments[0], &actions, attributes, arguments, environ), "posix_spawn");
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  drain(out[0], err[0]);
  check(waitpid(pid, &status, 0) != pid || status != 0, "waitpid");
}

int main(void) {
  posix_spawnattr_t attributes;
  sigset_t none, all;
  char line[32];
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  while (fgets(line, sizeof line, stdin)) {
    struct timespec began, ended;
    int launches = atoi(line);
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (int i = 0; i < launches; i++) {
      launch(&attributes);
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%.3f\n",
           ((ended.tv_sec - began.tv_sec) * 1e6 + (ended.tv_nsec - began.tv_nsec) / 1e3) / launches);
    fflush(stdout);
  }
  return 0;
}
