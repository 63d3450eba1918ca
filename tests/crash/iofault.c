/* Lets writes below one folder fail from the k-th on, as a full or a broken disk does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* Shared with the processes that are forked from this one: they do what is counted. */
struct state {
    char folder[PATH_MAX];
    size_t folder_length;
    atomic_long calls;
    long first_failing;
    int failure;
};
static struct state *state;

/* Fail from call `first` on, counted from 1, with `error`; 0 never fails and only counts. */
void iofault_arm(const char *below, long first, int error) {
    if (!state)
        state = mmap(0, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    strncpy(state->folder, below, sizeof state->folder - 1);
    state->folder_length = strlen(state->folder);
    atomic_store(&state->calls, 0);
    state->first_failing = first;
    state->failure = error;
}

long iofault_calls(void) { return atomic_load(&state->calls); }

static int counted(void) {
    long call = atomic_fetch_add(&state->calls, 1) + 1;
    if (state->first_failing && call >= state->first_failing) {
        errno = state->failure;
        return 1;
    }
    return 0;
}

static int fails_path(const char *path) {
    if (!state || strncmp(path, state->folder, state->folder_length)) return 0;
    return counted();
}

static int fails(int descriptor) {
    char link[64], path[PATH_MAX];
    if (!state) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int saved = errno;
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length < 0) return 0;
    path[length] = 0;
    return fails_path(path);
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t write(int f, const void *b, size_t n) { REAL(write); return fails(f) ? -1 : real(f, b, n); }
ssize_t pwrite(int f, const void *b, size_t n, off_t o) { REAL(pwrite); return fails(f) ? -1 : real(f, b, n, o); }
ssize_t pwrite64(int f, const void *b, size_t n, off64_t o) { REAL(pwrite64); return fails(f) ? -1 : real(f, b, n, o); }
ssize_t writev(int f, const struct iovec *v, int n) { REAL(writev); return fails(f) ? -1 : real(f, v, n); }
int ftruncate(int f, off_t n) { REAL(ftruncate); return fails(f) ? -1 : real(f, n); }
int ftruncate64(int f, off64_t n) { REAL(ftruncate64); return fails(f) ? -1 : real(f, n); }
int fallocate(int f, int m, off_t o, off_t n) { REAL(fallocate); return fails(f) ? -1 : real(f, m, o, n); }
int fallocate64(int f, int m, off64_t o, off64_t n) { REAL(fallocate64); return fails(f) ? -1 : real(f, m, o, n); }
int posix_fallocate(int f, off_t o, off_t n) { REAL(posix_fallocate); return fails(f) ? state->failure : real(f, o, n); }
int posix_fallocate64(int f, off64_t o, off64_t n) { REAL(posix_fallocate64); return fails(f) ? state->failure : real(f, o, n); }
int fsync(int f) { REAL(fsync); return fails(f) ? -1 : real(f); }
int fdatasync(int f) { REAL(fdatasync); return fails(f) ? -1 : real(f); }
int rename(const char *a, const char *b) { REAL(rename); return fails_path(b) ? -1 : real(a, b); }
