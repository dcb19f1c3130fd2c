/* A disk that fails on request, for LD_PRELOAD: what is done to files whose name contains $FAULTS_NAME goes wrong as the
 * file $FAULTS_CONTROL says at that moment. Without that file everything works. A line of it is a word and a number:
 *
 *     write 28      writing and truncating fail with this errno (28: no space left on the device)
 *     sync 5        fdatasync and fsync fail with this errno
 *     open 30       opening for writing fails with this errno
 *     delay 5000    fdatasync and fsync take so many milliseconds longer
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
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { most = 4096 };
static atomic_bool watched[most];

/* The number behind `word` in the control file, or 0. */
static long asked(const char *word) {
    const char *path = getenv("FAULTS_CONTROL");
    if (!path) return 0;
    long file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char text[256];
    long length = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    text[length < 0 ? 0 : length] = 0;
    char *found = strstr(text, word);
    return found ? strtol(found + strlen(word), NULL, 10) : 0;
}

static int is_watched(int file) { return file >= 0 && file < most && watched[file]; }

static int fails(int file, const char *word) {
    if (!is_watched(file)) return 0;
    int saved = errno;
    long number = asked(word);
    errno = number ? (int)number : saved;
    return number != 0;
}

static int open_file(int folder, const char *path, int flags, mode_t mode) {
    const char *name = getenv("FAULTS_NAME");
    int matches = name && strstr(path, name);
    if (matches && (flags & (O_RDWR | O_WRONLY | O_CREAT))) {
        long number = asked("open");
        if (number) { errno = (int)number; return -1; }
    }
    int file = (int)syscall(SYS_openat, folder, path, flags | O_LARGEFILE, mode);
    if (file >= 0 && file < most) watched[file] = matches;
    return file;
}

#define MODE(flags, mode) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); }

int open(const char *path, int flags, ...) { MODE(flags, mode) return open_file(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, mode) return open_file(AT_FDCWD, path, flags, mode); }

int close(int file) {
    if (file >= 0 && file < most) watched[file] = 0;
    return (int)syscall(SYS_close, file);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    return fails(file, "write") ? -1 : syscall(SYS_pwrite64, file, bytes, count, at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return pwrite64(file, bytes, count, at); }

int ftruncate64(int file, off64_t length) {
    return fails(file, "write") ? -1 : (int)syscall(SYS_ftruncate, file, length);
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

static int sync_file(int file, long call) {
    if (is_watched(file)) {
        long milliseconds = asked("delay");
        if (milliseconds) nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
    }
    return fails(file, "sync") ? -1 : (int)syscall(call, file);
}

int fdatasync(int file) { return sync_file(file, SYS_fdatasync); }
int fsync(int file) { return sync_file(file, SYS_fsync); }
