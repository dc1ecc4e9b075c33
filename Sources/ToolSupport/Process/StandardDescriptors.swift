import Glibc

/// Standard input, output and error, where the caller has closed some of them (`fluvio-cat … >&-`).
package enum StandardDescriptors {
    /// Occupies the numbers that are free. Otherwise a socket would get one of them, and records meant for standard
    /// output would go to a server. What is put there cannot do what the number is for, so that using it still fails:
    /// reading from standard input and writing to the others gives EBADF.
    package static func occupy() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            // open(2) takes the lowest free number, which is this one.
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
