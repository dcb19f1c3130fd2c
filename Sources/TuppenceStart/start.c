// Runs before Swift's own runtime, which on Linux looks into /proc: for the arguments of the process, for its path, and, in
// Dispatch, for what its threads are doing. Without /proc it would end the process now or some time later, saying little.

#if defined(__linux__)

#include <sys/resource.h>
#include <unistd.h>

// An image of this process's memory has providers' keys and callers' prompts in it. Whoever wants one all the same raises the
// limit of the running process (prlimit --core=unlimited --pid PID).
static void leave_no_core(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0) return;
    limit.rlim_cur = 0;
    // Lowering one's own limit is always allowed.
    (void)setrlimit(RLIMIT_CORE, &limit);
}

__attribute__((constructor(101))) static void start(void) {
    leave_no_core();
    static const char text[] = "tuppence: there is no /proc here, which it needs: mount it, as containers have it.\n";
    if (access("/proc/self/stat", R_OK) == 0) return;
    // Whoever started it sees the exit status, whether or not the sentence can be written.
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    _exit(written < 0 ? 71 : 1);
}

#endif
