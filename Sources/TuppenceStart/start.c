// Runs before Swift's own runtime, which on Linux looks into /proc: for the arguments of the process, for its path, and, in
// Dispatch, for what its threads are doing. Without /proc it would end the process now or some time later, saying little.

#if defined(__linux__)

#include <unistd.h>

__attribute__((constructor(101))) static void start(void) {
    static const char text[] = "tuppence: there is no /proc here, which it needs: mount it, as containers have it.\n";
    if (access("/proc/self/stat", R_OK) == 0) return;
    // Whoever started it sees the exit status, whether or not the sentence can be written.
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    _exit(written < 0 ? 71 : 1);
}

#endif
