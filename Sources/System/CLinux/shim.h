#pragma once
// What both declare, as `stat` and `timespec`, is that of Swift's own module: a file that imports it alone must find it.
#pragma clang module import SwiftGlibc
// What _GNU_SOURCE declares, but not by that name: it would also rename a member of fd_set, and Swift's Glibc module has
// the struct with the other name.
#include <features.h>
#ifndef __USE_GNU
#define __USE_GNU 1
#endif
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/sendfile.h>
#include <sys/inotify.h>
#include <sys/file.h>
#include <fcntl.h>
#include <getopt.h>
#include <iconv.h>
#include <netinet/tcp.h>
#include <sys/statfs.h>
#include <linux/stat.h>

// Declared by glibc only with _GNU_SOURCE, which Swift's own module of it is built without.
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int pthread_setname_np(unsigned long thread, const char *name);
extern int statx(int directory, const char *path, int flags, unsigned int mask, struct statx *buffer);
extern int renameat2(int old_directory, const char *old_path, int new_directory, const char *new_path, unsigned int flags);
extern void *memmem(const void *haystack, unsigned long length, const void *needle, unsigned long needle_length);
