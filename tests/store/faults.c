/* Preloaded into a test's process: fails, or ends the process, at a chosen call that writes.
 *
 * A "step" is a call of write, pwrite, fsync, fdatasync, ftruncate, unlink, rename or an open that creates, on a path that
 * contains the marker, or on a file that was opened there. precert_fault(at, mode) counts from one again; `at` 0 only counts.
 * Modes: 1 fails with EIO, 2 fails with ENOSPC after writing a part, 3 kills the process before the step, 4 kills it after a
 * part of the step, 5 fails with EIO from this step on for ever.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char marker[512];
static char ours[4096];
static long at, mode, count;

void precert_mark(const char *text) { snprintf(marker, sizeof marker, "%s", text); }
void precert_fault(long step, long how) { at = step; mode = how; count = 0; }
long precert_count(void) { return count; }

static int marked(const char *path) { return marker[0] && path && strstr(path, marker); }
static int of_ours(int fd) { return fd >= 0 && fd < (int)sizeof ours && ours[fd]; }

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* What to do at this step: 0 nothing, 1 EIO, 2 a part and then ENOSPC, 4 a part and then the end. */
static int step(void) {
    count++;
    if (!at || (mode == 5 ? count < at : count != at)) return 0;
    if (mode == 3) die();
    return mode == 5 ? 1 : (int)mode;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int no(int error) { errno = error; return -1; }

static ssize_t written(int how, ssize_t (*real)(int, const void *, size_t, off_t), int fd, const void *data, size_t size, off_t to) {
    if (how == 1) return no(EIO);
    ssize_t part = real(fd, data, size / 2, to);
    if (how == 4) die();
    return part > 0 ? part : no(ENOSPC);
}

static ssize_t plain(int fd, const void *data, size_t size, off_t to) { (void)to; return REAL(write)(fd, data, size); }
static ssize_t placed(int fd, const void *data, size_t size, off_t to) { return REAL(pwrite64)(fd, data, size, to); }

ssize_t write(int fd, const void *data, size_t size) {
    int how = of_ours(fd) ? step() : 0;
    return how ? written(how, plain, fd, data, size, 0) : REAL(write)(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t to) {
    int how = of_ours(fd) ? step() : 0;
    return how ? written(how, placed, fd, data, size, to) : REAL(pwrite64)(fd, data, size, to);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t to) { return pwrite64(fd, data, size, to); }

/* For the rest, "a part" is all of it: then comes the error, or the end. */
#define WHOLE(how, call, error)            \
    do {                                   \
        if ((how) == 1) return no(EIO);    \
        if ((how) == 2) return no(error);  \
        int done = (call);                 \
        if ((how) == 4) die();             \
        return done;                       \
    } while (0)

int fsync(int fd) { int how = of_ours(fd) ? step() : 0; WHOLE(how, REAL(fsync)(fd), EIO); }
int fdatasync(int fd) { int how = of_ours(fd) ? step() : 0; WHOLE(how, REAL(fdatasync)(fd), EIO); }
int ftruncate64(int fd, off_t size) { int how = of_ours(fd) ? step() : 0; WHOLE(how, REAL(ftruncate64)(fd, size), EIO); }
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
int unlink(const char *path) { int how = marked(path) ? step() : 0; WHOLE(how, REAL(unlink)(path), EIO); }
int rename(const char *from, const char *to) { int how = marked(to) ? step() : 0; WHOLE(how, REAL(rename)(from, to), ENOSPC); }

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t bits = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    /* Opening a database that is there creates nothing, but SQLite asks for O_CREAT all the same. */
    int creates = marked(path) && flags & O_CREAT && access(path, F_OK) != 0;
    int how = creates ? step() : 0;
    if (how == 1 || how == 2) return no(how == 1 ? EIO : ENOSPC);
    int fd = REAL(open64)(path, flags, bits);
    if (how == 4) die();
    if (fd >= 0 && fd < (int)sizeof ours) ours[fd] = marked(path) ? 1 : 0;
    return fd;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t bits = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open64(path, flags, bits);
}

int close(int fd) {
    if (fd >= 0 && fd < (int)sizeof ours) ours[fd] = 0;
    return REAL(close)(fd);
}
