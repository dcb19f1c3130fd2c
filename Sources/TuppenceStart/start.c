// Runs before Swift's own runtime, which on Linux reads the arguments of the process from /proc, and looks there for the
// program's own path. In a root without /proc it would do without the former and end the process for the lack of the latter.

#if defined(__linux__)

#include <stdlib.h>
#include <unistd.h>

// Of Swift's standard library (stdlib/public/CommandLineSupport).
extern void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc);

__attribute__((constructor(101))) static void start(int argc, char **argv) {
    if (access("/proc/self/cmdline", R_OK) == 0) return;
    _swift_stdlib_overrideUnsafeArgvArgc(argv, argc);
    // What Swift would find there is a tool that prints traces, which is not beside us anyway.
    setenv("SWIFT_ROOT", "/", 0);
}

#endif
