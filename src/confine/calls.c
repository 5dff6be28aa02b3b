/* calls.c - a seccomp filter over system calls: the families that a reporter never needs are refused.
 *
 * Why a list of what is refused and not of what is allowed: the C library of tomorrow may read a file by a call that
 * does not exist today, and a report must not fail for that; what does harm is old and known.  Invariant: a refused
 * call returns EPERM, the process lives; a call by the numbers of another architecture ends the process.
 * Facts: seccomp(2), linux/audit.h; clone3(2) hides its flags from a filter, so it "does not exist" and the C library
 * falls back to clone(2), which may make threads alone.  Example: socket(2) is 41 on x86_64 and 198 on aarch64. */
#include "halves.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0
#endif

static const uint32_t refused[] = {
    /* programs and other processes */
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo,
    SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_open, SYS_pidfd_getfd,
    SYS_pidfd_send_signal, SYS_process_madvise, SYS_kcmp,
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
    /* network, and the rings that would go round this filter */
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
    /* talk between processes */
    SYS_shmget, SYS_shmat, SYS_msgget, SYS_msgsnd, SYS_semget, SYS_mq_open,
    /* owner, mode, time, links: evidence stays what it is */
    SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr,
    SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_linkat, SYS_symlinkat,
    SYS_mknodat, SYS_truncate,
#ifdef SYS_chmod
    SYS_chmod, SYS_chown, SYS_lchown, SYS_link, SYS_symlink, SYS_mknod, SYS_utime, SYS_utimes,
    SYS_futimesat,
#endif
    /* the machine */
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_move_mount, SYS_open_tree, SYS_fsopen,
    SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_setns, SYS_unshare, SYS_bpf,
    SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff,
    SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_clock_adjtime, SYS_sethostname,
    SYS_setdomainname, SYS_acct, SYS_quotactl, SYS_open_by_handle_at, SYS_personality,
#ifdef SYS_iopl
    SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
    /* who one is */
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setgroups,
    SYS_setfsuid, SYS_setfsgid, SYS_capset};

enum { REFUSED = sizeof refused / sizeof refused[0], FRONT = 13, ROOM = FRONT + 2 * REFUSED + 1 };

#define FIELD(name) ((uint32_t)offsetof(struct seccomp_data, name))
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
/* the next instruction if it holds, else the one after it */
#define IF(test, value) BPF_JUMP(BPF_JMP | test | BPF_K, value, 0, 1)
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, what)
#define REFUSAL (SECCOMP_RET_ERRNO | EPERM)

static unsigned short filter_write(struct sock_filter *to)
{
    const struct sock_filter front[FRONT] = {
        LOAD(FIELD(arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(FIELD(nr)),
        IF(BPF_JGE, 0x40000000), /* x32: the same calls by other numbers */
        ANSWER(REFUSAL),
        IF(BPF_JEQ, SYS_clone3),
        ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4), /* else to what follows the front */
        LOAD(FIELD(args[0])), /* the low half: both architectures are little-endian */
        IF(BPF_JSET, CLONE_THREAD),
        ANSWER(SECCOMP_RET_ALLOW),
        ANSWER(REFUSAL)};
    unsigned short n = 0;
    for (; n < FRONT; n++)
        to[n] = front[n];
    for (size_t i = 0; i < REFUSED; i++) {
        to[n++] = (struct sock_filter)IF(BPF_JEQ, refused[i]);
        to[n++] = (struct sock_filter)ANSWER(REFUSAL);
    }
    to[n++] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
    return n;
}

int confine_calls(void)
{
    if (!ARCHITECTURE)
        return ENOTSUP;
    struct sock_filter filter[ROOM];
    struct sock_fprog program = {.len = filter_write(filter), .filter = filter};
    /* without this flag older kernels slow all memory reads of a filtered process; it holds no secret of others */
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) ==
        0)
        return 0;
    return errno;
}
