/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pages of report.html, see page.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "page.h"
#include "report/figures/drawn.h"
#include "report/figures/figures.h"
#include "util/file.h"
#include "util/paths.h"

static const char style[] =
	":root{color-scheme:light}*{box-sizing:border-box}"
	"body{font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',"
	"Arial,sans-serif;color:#1b1f24;background:#fff;max-width:78rem;margin:0 auto;"
	"padding:1.5rem 1.25rem 4rem}"
	"h1{font-size:1.6rem;line-height:1.2;margin:0 0 .25rem;overflow-wrap:anywhere}"
	"h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-top:.75rem;"
	"border-top:1px solid #d5dae0}"
	"p{margin:.4rem 0}.sub,.note,figcaption{color:#57606a;font-size:.875rem;"
	"overflow-wrap:anywhere}"
	".title{font-weight:600;margin-top:1.25rem}"
	".head{font-size:1.1rem}.head b{font-size:1.5rem;font-weight:650}"
	".void{background:#b00020;color:#fff;padding:.75rem 1rem;border-radius:4px;"
	"font-weight:600;overflow-wrap:anywhere}"
	".warn{background:#fff4d6;border-left:4px solid #e69f00;padding:.5rem .9rem;"
	"margin:.4rem 0;overflow-wrap:anywhere}"
	".good{border-left:4px solid #009e73;padding:.5rem .9rem;background:#e8f6f1}"
	".wide{overflow-x:auto;margin:.5rem 0}"
	"summary{font-weight:600;margin-top:1.25rem;cursor:pointer}details .title{display:none}"
	"table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}"
	"th,td{padding:.28rem .6rem;text-align:right;white-space:nowrap;"
	"border-bottom:1px solid #e6e9ed}"
	"th{border-bottom:2px solid #1b1f24;font-weight:600;vertical-align:bottom}"
	"th.t,td.t{text-align:left}"
	"tbody tr:hover{background:#f6f8fa}"
	".figures{display:grid;gap:1.5rem 2rem;grid-template-columns:"
	"repeat(auto-fit,minmax(min(100%,24rem),1fr))}"
	"figure{margin:.75rem 0;max-width:38rem;min-width:0}figure svg{display:block;width:100%;"
	"height:auto;border:1px solid #e6e9ed}"
	"figure.both{grid-column:1/-1;max-width:none}figure.both svg{min-width:52rem}"
	"code,pre{font:.85em/1.45 ui-monospace,'Liberation Mono',Menlo,monospace}"
	"pre{background:#f6f8fa;padding:.6rem "
	".8rem;overflow-x:auto;border-radius:4px;margin:.5rem 0}"
	"table.env{width:100%;table-layout:fixed}table.env th,table.env td{white-space:normal;"
	"text-align:left;overflow-wrap:anywhere;vertical-align:top;border-bottom:1px solid #e6e9ed;"
	"font-weight:400}table.env th{width:34%;color:#57606a}"
	"@media(max-width:36rem){body{padding:1rem .9rem 3rem;font-size:15px}"
	"th,td{padding:.25rem .5rem}table.env th{width:40%}}"
	"@media print{body{max-width:none}.wide{overflow:visible}}";

static void element(FILE *out, const char *tag, const char *class, const char *content)
{
	fprintf(out, "<%s", tag);
	if (class)
		fprintf(out, " class=\"%s\"", class);
	putc('>', out);
	lg_html_text(content, out);
	fprintf(out, "</%s>\n", tag);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void write_head(const struct run_folder *run, FILE *out)
{
	const char *question = run_folder_text(run, "plan.question");
	const char *date = run_folder_text(run, "env.date");
	char *sub, *title = NULL, *name = realpath(run->path, NULL);

	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	      "<link rel=\"icon\" href=\"data:,\">\n<title>Switchyard: ", out);
	lg_html_text(base_name(name ? name : run->path), out);
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n", style);
	if (question)
		title = text("%c%s", toupper(*question), *question ? question + 1 : "");
	element(out, "h1", NULL, title ? title : "World switches of a run");
	free(title);
	sub = text("Switchyard run %s, %s, tier %s (numbers are %s)",
		   base_name(name ? name : run->path), date ? date : "no date", run->tier,
		   run->unit);
	element(out, "p", "sub", sub);
	free(sub);
	free(name);
}

/* One line a benchmark, where a run is of a few numbers. */
static void write_headlines(const struct run_folder *run, const struct lg_table *bench, FILE *out)
{
	enum { NAME, VARIANT, TWIN, MEDIAN = 5, SAME = 14, MOST = 4 };
	uint32_t n = bench ? bench->n_rows : 0;
	char number[LG_NUMBER_BYTES];

	for (uint32_t i = 0; i < n && n <= MOST; i++) {
		fputs("<p class=\"head\"><b>", out);
		lg_html_text(lg_cell_text(lg_table_cell(bench, i, MEDIAN), number), out);
		putc(' ', out);
		lg_html_text(run->unit, out);
		fputs("</b> ", out);
		for (int column = NAME; column <= TWIN; column++) {
			lg_html_text(lg_cell_text(lg_table_cell(bench, i, (uint32_t)column),
						  number), out);
			fputs(column == TWIN ? "" : ", ", out);
		}
		fprintf(out, " <span class=\"sub\">(median; %s %% of samples are exactly that)"
			"</span></p>\n", lg_cell_text(lg_table_cell(bench, i, SAME), number));
	}
}

static void write_warnings(const struct run_folder *run, FILE *out)
{
	json_t *line;
	size_t i;

	if (run->void_because) {
		char *banner = text("VOID. %s. These numbers must not be used; no figures are"
				    " drawn.", run->void_because);

		element(out, "p", "void", banner);
		free(banner);
	}
	json_array_foreach(run->warnings, i, line)
		if (json_string_value(line))
			element(out, "p", "warn", json_string_value(line));
	if (!run->void_because && !json_array_size(run->warnings))
		element(out, "p", "good", run->analysed ?
			"No warning. Every event that was emitted is in the trace." :
			"No warning.");
}

/* Why the run has no Linux workloads, if it was to have some: scripts/report. */
static void write_missing(const struct run_folder *run, FILE *out)
{
	char *path = text("%s/workloads.missing", run->path);
	char *why = exists(path) ? first_line(path) : NULL;
	char *line = why ? text("The Linux workloads are missing: %s", why) : NULL;

	if (line)
		element(out, "p", "warn", line);
	free(line);
	free(why);
	free(path);
}

static void write_faults(const struct run_folder *run, FILE *out)
{
	struct lg_fault fault[64];
	size_t n = run->analysed && !run->unread ? lg_loss_faults(&run->tally.loss, fault, 64) : 0;
	char line[200];

	for (size_t i = 0; i < n && i < 64; i++) {
		lg_fault_text(&run->tally.loss, &fault[i], line, sizeof(line));
		element(out, "p", "warn", line);
	}
}

/* Names of ids in an SVG are made its own, since several share one page. */
static void inline_svg(const char *svg, const char *name, FILE *out)
{
	static const char *const marks[] = {
		" id='", " id=\"", "href='#", "href=\"#", "url(#",
	};

	svg = strstr(svg, "<svg");
	while (svg && *svg) {
		size_t i = 0, n = sizeof(marks) / sizeof(marks[0]);

		while (i < n && strncmp(svg, marks[i], strlen(marks[i])))
			i++;
		if (i == n) {
			putc(*svg++, out);
			continue;
		}
		fprintf(out, "%s%s-", marks[i], name);
		svg += strlen(marks[i]);
	}
}

static char *whole_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *content = NULL;
	size_t room = 0;

	if (!file)
		return NULL;
	if (getdelim(&content, &room, '\0', file) <= 0) {
		free(content);
		content = NULL;
	}
	fclose(file);
	return content;
}

/* The line "# figure: ..." of the script that draws it. */
static char *figure_title(const char *name)
{
	char *path = text("%s/plots/%s.gp", project_dir(), name), *line = NULL, *title = NULL;
	FILE *file = fopen(path, "r");
	size_t room = 0;

	while (file && !title && getline(&line, &room, file) > 0)
		if (!strncmp(line, "# figure: ", 10))
			title = text("%.*s", (int)strcspn(line + 10, "\n"), line + 10);
	if (file)
		fclose(file);
	free(line);
	free(path);
	return title ? title : text("%s", name);
}

/* A path as one word for a shell. */
static char *quoted(const char *path)
{
	char *word = malloc(4 * strlen(path) + 3), *to = word;

	if (!word)
		abort();
	*to++ = '\'';
	for (; *path; path++) {
		if (*path == '\'') {
			memcpy(to, "'\\'", 3);
			to += 3;
		}
		*to++ = *path;
	}
	strcpy(to, "'");
	return word;
}

/* A command to copy. */
static void write_command(FILE *out, const char *before, const char *path, const char *after)
{
	char *word = quoted(path), *line = text("%s %s%s", before, word, after);

	element(out, "pre", NULL, line);
	free(line);
	free(word);
}

/* Is it as wide as both columns of a page?  Then it is scrolled on a narrow screen, not shrunk. */
static bool is_both(const char *svg)
{
	const char *box = strstr(svg, "viewBox=\"0 0 ");
	enum { COLUMN = 480 };

	return box && strtod(box + strlen("viewBox=\"0 0 "), NULL) > COLUMN;
}

/* The run that a figure is drawn from: one in this run's folder may have its name, up to a '_'. */
static char *source_of(const struct run_folder *run, const char *name)
{
	char *source = text("%s/%.*s", run->path, (int)strcspn(name, "_"), name);
	char *json = text("%s/run.json", source);
	bool there = exists(json);

	free(json);
	if (there)
		return source;
	free(source);
	return text("%s", run->path);
}

static void write_stale(const char *source, const char *name, FILE *out)
{
	char *after = text(" %s", name);

	fprintf(out, "<p class=\"warn\">The figure %s was drawn from other data than this run holds"
		" now, and is left out. Draw it again:</p>\n", name);
	write_command(out, "build/tools/switchyard plot", source, after);
	free(after);
}

static void write_drawn(const char *source, const char *name, const char *svg, FILE *out)
{
	char *title = figure_title(name), *after = text(" %s", name);

	fputs(is_both(svg) ? "<figure class=\"both\">\n" : "<figure>\n", out);
	fputs("<div class=\"wide\">\n", out);
	inline_svg(svg, name, out);
	fputs("</div>\n<figcaption>", out);
	lg_html_text(title, out);
	fprintf(out, ". For print: <a href=\"figures/%s.pdf\">PDF</a>, "
		"<a href=\"figures/%s.png\">PNG</a>; data in "
		"<a href=\"csv/%s.csv\">csv/%s.csv</a>.</figcaption>\n", name, name, name, name);
	write_command(out, "build/tools/switchyard plot", source, after);
	fputs("</figure>\n", out);
	free(after);
	free(title);
}

/* False if there is none.  One that was drawn from other data is named instead. */
static bool write_figure(const struct run_folder *run, const char *name, FILE *out)
{
	char *source = source_of(run, name);
	char *path = text("%s/figures/%s.svg", run->path, name), *svg = NULL;
	enum drawn state = drawn_state(source, name, path);

	if (state == DRAWN_STALE)
		write_stale(source, name, out);
	else if (state == DRAWN_FRESH && (svg = whole_text(path)))
		write_drawn(source, name, svg, out);
	free(svg);
	free(path);
	free(source);
	return state != DRAWN_NONE;
}

static bool is_in_answer(const struct answer *answer, const char *name)
{
	for (int i = 0; i < ANSWER_FIGURES && answer->shown[i]; i++)
		if (!strcmp(answer->shown[i], name))
			return true;
	return false;
}

static bool is_answered(const struct answers *answers, const char *name)
{
	for (size_t i = 0; i < answers->n; i++)
		if (is_in_answer(&answers->one[i], name))
			return true;
	return false;
}

/* What the run says, each answer with the figures that show it; whether there is any figure. */
static bool write_answers(const struct run_folder *run, const struct answers *answers, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < answers->n; i++) {
		element(out, "h2", NULL, answers->one[i].question);
		element(out, "p", NULL, answers->one[i].text);
		fputs("<div class=\"figures\">\n", out);
		for (int k = 0; k < ANSWER_FIGURES && answers->one[i].shown[k]; k++)
			any |= write_figure(run, answers->one[i].shown[k], out);
		fputs("</div>\n", out);
	}
	return any;
}

/* All figures that show no answer. */
static void write_figures(const struct run_folder *run, const struct answers *answers, bool any,
			  FILE *out)
{
	element(out, "h2", NULL, "Evidence");
	if (run->void_because) {
		element(out, "p", "sub", "No figures: nothing is drawn from a void run.");
		return;
	}
	fputs("<div class=\"figures\">\n", out);
	for (size_t i = 0; i < n_figures; i++)
		if (!is_answered(answers, figures[i]->name))
			any |= write_figure(run, figures[i]->name, out);
	fputs("</div>\n", out);
	if (!any)
		write_command(out, "build/tools/switchyard plot", run->path, "");
	element(out, "p", "sub", DISTRIBUTION_RULE);
}

static void env_row(const char *key, const json_t *value, FILE *out)
{
	char *plain;

	if (json_is_string(value))
		plain = text("%s", json_string_value(value));
	else
		plain = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
	fputs("<tr><th>", out);
	lg_html_text(key, out);
	fputs("</th><td>", out);
	lg_html_text(plain ? plain : "", out);
	fputs("</td></tr>\n", out);
	free(plain);
}

/* Nested objects become rows with dotted names; what is not known is left out. */
static void env_rows(const char *prefix, json_t *object, FILE *out)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		char *name = text("%s%s%s", prefix, *prefix ? "." : "", key);

		if (json_is_object(value))
			env_rows(name, value, out);
		else if (!json_is_null(value))
			env_row(name, value, out);
		free(name);
	}
}

static void write_environment(const struct run_folder *run, FILE *out)
{
	json_t *env = run->env ? run->env : json_object_get(run->run, "env");

	element(out, "h2", NULL, "Environment");
	if (!env)
		env = run->record;
	if (!env) {
		element(out, "p", "warn", "The run holds no record of its environment.");
		return;
	}
	fputs("<table class=\"env\"><tbody>\n", out);
	env_rows("", env, out);
	fputs("</tbody></table>\n", out);
}

static void write_commands(const struct run_folder *run, FILE *out)
{
	element(out, "h2", NULL, "Rebuild");
	element(out, "p", NULL, "Figures, tables and this page again, from the raw data of this"
		" folder:");
	write_command(out, "build/tools/switchyard plot", run->path, "");
	write_command(out, "build/tools/switchyard report --html", run->path, "");
	if (!run->trace)
		return;
	element(out, "p", NULL, "The trace in any graph of Babeltrace 2:");
	write_command(out, "babeltrace2 --plugin-path=build/tools/plugins", run->trace,
		      " --component=sink.lg.exits");
}

/* A long table is folded, and opens without a script. */
static void write_table(const struct lg_table *table, FILE *out)
{
	enum { MOST_ROWS = 60 };
	bool folded = !strcmp(table->id, "histogram");
	uint32_t rows = 0;

	for (uint32_t i = 0; i < table->n_rows; i++)
		rows += !table->quiet[i];
	folded |= rows > MOST_ROWS;
	if (folded) {
		fputs("<details><summary>", out);
		lg_html_text(table->title, out);
		fprintf(out, " (%u rows)</summary>\n", rows);
	}
	lg_table_write(table, LG_HTML, out);
	if (folded)
		fputs("</details>\n", out);
}

/* The tables that say how far the others can be trusted. */
static bool is_control(const struct lg_table *table)
{
	return !strcmp(table->id, "controls") || !strcmp(table->id, "probes");
}

static void write_tables(const struct tables *tables, bool controls, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < tables->n; i++)
		any |= is_control(&tables->table[i]);
	if (controls && any)
		element(out, "h2", NULL, "Controls, and what looking costs");
	for (size_t i = 0; i < tables->n; i++)
		if (is_control(&tables->table[i]) == controls)
			write_table(&tables->table[i], out);
}

/* Warnings first, then what the run says, then what shows that it is so. */
static void write_body(struct run_folder *run, const struct tables *tables, FILE *out)
{
	const struct lg_table *bench = tables_find((struct tables *)tables, "bench");
	struct answers answers = { .n = 0 };
	bool any = false;

	write_head(run, out);
	write_warnings(run, out);
	write_faults(run, out);
	write_missing(run, out);
	if (!run->void_because) {
		answers_make(&answers, run);
		write_headlines(run, bench, out);
		any = write_answers(run, &answers, out);
	}
	write_figures(run, &answers, any, out);
	write_tables(tables, false, out);
	write_tables(tables, true, out);
	write_environment(run, out);
	write_commands(run, out);
	fputs("</body>\n</html>\n", out);
	answers_free(&answers);
}

bool html_write(struct run_folder *run, const struct tables *tables, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	write_body(run, tables, file.stream);
	return whole_commit(&file);
}
