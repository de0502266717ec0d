/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that the metadata file of a CTF trace is complete. */
#ifndef ANALYSIS_DECODE_METADATA_H
#define ANALYSIS_DECODE_METADATA_H

enum lg_metadata {
	LG_METADATA_FOREIGN,	/* not CTF */
	LG_METADATA_CTF2,	/* a JSON text sequence; LTTng 2.15 writes it by default */
	LG_METADATA_UNSIGNED,	/* text of CTF 1.8 without its first line; LTTng 2.14 */
	LG_METADATA_WHOLE,
	LG_METADATA_CUT,	/* CTF, but its packets do not fill the file */
};

/*
 * Look at FOLDER/metadata.  Babeltrace 2.0 loops for ever on metadata whose last packet is cut, so
 * it must not read such a file.
 */
enum lg_metadata lg_metadata_look(const char *folder);

#endif
