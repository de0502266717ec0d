/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SHA-256 of a file, by the program that every system has for it. */
#ifndef UTIL_SHA256_H
#define UTIL_SHA256_H

/* 64 digits, to be freed; NULL if the file cannot be read. */
char *sha256_of(const char *path);

#endif
