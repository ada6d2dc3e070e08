/*
 * Makes the Nth call that changes the disk fail, in a process that was started with this library in LD_PRELOAD.
 *
 *   FAIL_BELOW   only files below this folder count
 *   FAIL_AT      number of the call that fails, from 1; 0 counts only
 *   FAIL_ERRNO   the error it gives
 *   FAIL_MODE    before: nothing is done; after: a write reaches the page cache, but its error says otherwise, and
 *                a sync does nothing, which is what Linux does to dirty pages that the device refused; short: half
 *                of a write is done and told so, and the next call on the disk fails
 *   FAIL_REPORT  file that takes the number of the last call, the kind and the time of the failing one
 *
 * One counter runs over all threads, so that N means the same call in every run with the same requests.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum mode { BEFORE, AFTER, SHORT };

static const char *below;
static size_t below_length;
static long fail_at;
static int fail_errno = EIO;
static enum mode mode = BEFORE;
static int report = -1;
static atomic_long calls;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *text;
  below = getenv("FAIL_BELOW");
  below_length = below == NULL ? 0 : strlen(below);
  if ((text = getenv("FAIL_AT")) != NULL) fail_at = atol(text);
  if ((text = getenv("FAIL_ERRNO")) != NULL) fail_errno = atoi(text);
  if ((text = getenv("FAIL_MODE")) != NULL) {
    if (strcmp(text, "after") == 0) mode = AFTER;
    if (strcmp(text, "short") == 0) mode = SHORT;
  }
  if ((text = getenv("FAIL_REPORT")) != NULL) report = open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_below(const char *path) {
  return below_length > 0 && strncmp(path, below, below_length) == 0;
}

static int is_file_below(int fd) {
  char link[64], path[4096];
  if (below_length == 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_below(path);
}

/* True when this is the call that fails. The line is written before the error is returned: nothing that happens
   because of the error can be earlier. */
static int fails(const char *kind, const char *path) {
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (number != fail_at) return 0;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (report >= 0) dprintf(report, "%ld %s %ld.%03ld %s\n", number, kind, now.tv_sec, now.tv_nsec / 1000000, path);
  return 1;
}

static int fd_fails(int fd, const char *kind) {
  char link[64], path[4096];
  if (!is_file_below(fd)) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  return fails(kind, path);
}

/* A second descriptor for the same file without O_DSYNC: what goes through it stays in the page cache. */
static int unsynced(int fd) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  return REAL(open)(link, O_WRONLY | O_CLOEXEC);
}

static ssize_t failed_write(int fd, const struct iovec *chunks, int count, off_t position) {
  if (mode == SHORT && chunks[0].iov_len > 1) {
    fail_at = atomic_load(&calls) + 1;
    mode = BEFORE;
    return REAL(pwrite64)(fd, chunks[0].iov_base, chunks[0].iov_len / 2, position);
  }
  if (mode == AFTER) {
    int other = unsynced(fd);
    if (other >= 0) {
      REAL(pwritev64)(other, chunks, count, position);
      REAL(close)(other);
    }
  }
  errno = fail_errno;
  return -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t position) {
  struct iovec chunk = {(void *)bytes, length};
  if (fd_fails(fd, "write")) return failed_write(fd, &chunk, 1, position);
  return REAL(pwrite64)(fd, bytes, length, position);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t position) {
  return pwrite64(fd, bytes, length, position);
}

ssize_t pwritev64(int fd, const struct iovec *chunks, int count, off_t position) {
  if (fd_fails(fd, "write")) return failed_write(fd, chunks, count, position);
  return REAL(pwritev64)(fd, chunks, count, position);
}

ssize_t pwritev(int fd, const struct iovec *chunks, int count, off_t position) {
  return pwritev64(fd, chunks, count, position);
}

static int failed(void) {
  errno = fail_errno;
  return -1;
}

int fdatasync(int fd) {
  return fd_fails(fd, "fdatasync") ? failed() : REAL(fdatasync)(fd);
}

int fsync(int fd) {
  return fd_fails(fd, "fsync") ? failed() : REAL(fsync)(fd);
}

int ftruncate64(int fd, off_t length) {
  return fd_fails(fd, "truncate") ? failed() : REAL(ftruncate64)(fd, length);
}

int ftruncate(int fd, off_t length) {
  return ftruncate64(fd, length);
}

int rename(const char *from, const char *to) {
  return is_below(from) && fails("rename", from) ? failed() : REAL(rename)(from, to);
}

int unlink(const char *path) {
  return is_below(path) && fails("unlink", path) ? failed() : REAL(unlink)(path);
}

int mkdir(const char *path, mode_t bits) {
  return is_below(path) && fails("mkdir", path) ? failed() : REAL(mkdir)(path, bits);
}

static int opens(int (*real)(const char *, int, ...), const char *path, int flags, mode_t bits) {
  if ((flags & O_CREAT) != 0 && is_below(path) && fails("create", path)) return failed();
  return real(path, flags, bits);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t bits = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opens(REAL(open), path, flags, bits);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t bits = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opens(REAL(open64), path, flags, bits);
}

/* How far the run came: a run without a failure tells how many calls there are to fail. */
__attribute__((destructor)) static void end(void) {
  if (report >= 0) dprintf(report, "%ld calls 0 end\n", atomic_load(&calls));
}
