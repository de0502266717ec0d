/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files written whole, folders, copies; see file.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "message.h"

char *text(const char *format, ...)
{
	va_list arguments;
	char *result;

	va_start(arguments, format);
	if (vasprintf(&result, format, arguments) < 0)
		abort();
	va_end(arguments);
	return result;
}

bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool whole_open(struct whole_file *file, const char *path)
{
	struct stat status;

	file->final_name = strdup(path);
	file->temporary_name = NULL;
	if (stat(path, &status) < 0 || S_ISREG(status.st_mode))
		file->temporary_name = text("%s.%ld.part", path, (long)getpid());
	file->stream = fopen(file->temporary_name ? file->temporary_name : path, "w");
	if (file->stream)
		return true;
	message_error("cannot write '%s': %s", path, strerror(errno));
	whole_abandon(file);
	return false;
}

void whole_abandon(struct whole_file *file)
{
	if (file->stream)
		fclose(file->stream);
	if (file->temporary_name)
		unlink(file->temporary_name);
	free(file->temporary_name);
	free(file->final_name);
	memset(file, 0, sizeof(*file));
}

/* The stream remembers an error of any earlier write, so one check here is enough. */
bool whole_commit(struct whole_file *file)
{
	bool failed = ferror(file->stream), good = fflush(file->stream) == 0 && !failed;
	int reason = errno;

	if (good && file->temporary_name && rename(file->temporary_name, file->final_name) < 0) {
		reason = errno;
		good = false;
	}
	if (!good)
		message_error("cannot write '%s': %s", file->final_name, strerror(reason));
	whole_abandon(file);
	return good;
}

bool make_folders(const char *path)
{
	char *copy = strdup(path), *slash = copy;

	while (slash) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(copy, 0777) < 0 && errno != EEXIST) {
			message_error("cannot make the folder '%s': %s", copy, strerror(errno));
			free(copy);
			return false;
		}
		if (slash)
			*slash = '/';
	}
	free(copy);
	return true;
}

static char *scratch_name(void)
{
	const char *folder = getenv("TMPDIR");

	return text("%s/switchyard.XXXXXX", folder && *folder ? folder : "/tmp");
}

char *scratch_folder(void)
{
	char *name = scratch_name();

	if (mkdtemp(name))
		return name;
	message_error("cannot make the folder '%s': %s; name another place in TMPDIR", name,
		      strerror(errno));
	free(name);
	return NULL;
}

FILE *scratch_file(void)
{
	char *name = scratch_name();
	int fd = mkostemp(name, O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

	if (!file)
		message_error("cannot make the file '%s': %s; name another place in TMPDIR", name,
			      strerror(errno));
	if (fd >= 0)
		unlink(name);
	if (fd >= 0 && !file)
		close(fd);
	free(name);
	return file;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

bool remove_tree(const char *path)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0 || errno == ENOENT)
		return true;
	message_error("cannot remove '%s': %s", path, strerror(errno));
	return false;
}

static bool copy_stream(FILE *from, FILE *to)
{
	char buffer[65536];
	size_t n;

	while ((n = fread(buffer, 1, sizeof(buffer), from)) > 0)
		if (fwrite(buffer, 1, n, to) != n)
			return false;
	return !ferror(from);
}

bool copy_file(const char *from, const char *to)
{
	struct whole_file file;
	FILE *source = fopen(from, "r");
	bool good;

	if (!source) {
		message_error("cannot read '%s': %s", from, strerror(errno));
		return false;
	}
	good = whole_open(&file, to);
	if (good) {
		good = copy_stream(source, file.stream) || ferror(file.stream);
		if (good) {
			good = whole_commit(&file);
		} else {
			message_error("cannot read '%s': %s", from, strerror(errno));
			whole_abandon(&file);
		}
	}
	fclose(source);
	return good;
}

static bool copy_entry(const char *from, const char *to, const char *name)
{
	char *source = text("%s/%s", from, name);
	char *target = text("%s/%s", to, name);
	struct stat status;
	bool good = true;

	if (lstat(source, &status) < 0)
		good = false;
	else if (S_ISDIR(status.st_mode))
		good = copy_tree(source, target);
	else if (S_ISREG(status.st_mode))
		good = copy_file(source, target);
	free(source);
	free(target);
	return good;
}

bool copy_tree(const char *from, const char *to)
{
	DIR *folder = opendir(from);
	struct dirent *entry;
	bool good;

	if (!folder) {
		message_error("cannot read the folder '%s': %s", from, strerror(errno));
		return false;
	}
	good = make_folders(to);
	while (good && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			good = copy_entry(from, to, entry->d_name);
	closedir(folder);
	return good;
}

char *first_line(const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	if (!file)
		return NULL;
	length = getline(&line, &room, file);
	fclose(file);
	if (!line)
		return NULL;
	if (length <= 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* Only printable ASCII of a Guest's output may reach the user's terminal. */
static void make_printable(char *line)
{
	for (; *line; line++)
		if (*line < ' ' || *line > '~')
			*line = '?';
}

char *last_line(const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL, *last = strdup("");
	size_t room = 0;

	while (file && getline(&line, &room, file) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line) {
			free(last);
			last = strdup(line);
		}
	}
	if (file)
		fclose(file);
	free(line);
	if (!last)
		abort();
	make_printable(last);
	return last;
}
