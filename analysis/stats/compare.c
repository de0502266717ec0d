/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bootstrap over boots, see compare.h. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>

#include "compare.h"

/* Logarithms of the boots' medians, so that a ratio is a difference; NULL if there are
 * too few, or one has none.  To be freed. */
static double *logs(const struct side *side)
{
	double *log_of = side->boots >= STATS_LEAST_BOOTS ?
			 malloc(side->boots * sizeof(*log_of)) : NULL;

	for (size_t i = 0; log_of && i < side->boots; i++) {
		log_of[i] = log(side->median[i]);
		if (!isfinite(log_of[i])) {
			free(log_of);
			return NULL;
		}
	}
	return log_of;
}

/* One or two groups of boots, for a mean or a difference of means. */
struct sample {
	double *value[2];		/* the second may be NULL */
	size_t n[2];
};

struct estimate {
	double centre;
	double error;			/* standard error, with n - 1 */
	/* what resampling, whose variance divides by n, falls short by */
	double missing;
	double freedom;			/* degrees of it: those of the smaller group */
};

static struct estimate estimate(const struct sample *s)
{
	double square = 0, missing = 0, freedom = INFINITY, centre = 0;

	for (int i = 0; i < 2 && s->value[i]; i++) {
		double mean = gsl_stats_mean(s->value[i], 1, s->n[i]), n = (double)s->n[i];
		double own = gsl_stats_variance_m(s->value[i], 1, s->n[i], mean) / n;

		centre += i ? -mean : mean;
		square += own;
		missing += own / n;
		freedom = fmin(freedom, n - 1);
	}
	return (struct estimate){ centre, sqrt(square), sqrt(missing), freedom };
}

static double drawn_mean(gsl_rng *random, const double *value, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += value[gsl_rng_uniform_int(random, n)];
	return sum / (double)n;
}

/* The sorted means of samples drawn with replacement, smoothed.  To be freed. */
static double *replicates(const struct sample *s, const struct estimate *seen,
			  const struct settings *settings)
{
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	double *centre = malloc(settings->replicates * sizeof(*centre));

	if (!random || !centre)
		abort();
	gsl_rng_set(random, settings->seed);
	for (size_t i = 0; i < settings->replicates; i++) {
		centre[i] = drawn_mean(random, s->value[0], s->n[0]);
		if (s->value[1])
			centre[i] -= drawn_mean(random, s->value[1], s->n[1]);
		centre[i] += gsl_ran_gaussian(random, seen->missing);
	}
	gsl_sort(centre, 1, settings->replicates);
	gsl_rng_free(random);
	return centre;
}

/*
 * The level at which the interval would just reach no change.  If hardly any replicate reaches it,
 * the standard error alone gives the level.
 */
static double p_value(const double *centre, size_t n, const struct estimate *seen)
{
	size_t below = 0, above = 0, few;
	double z;

	for (size_t i = 0; i < n; i++) {
		below += centre[i] <= 0;
		above += centre[i] >= 0;
	}
	few = below < above ? below : above;
	z = few < 10 ? fabs(seen->centre) / seen->error :
	    -gsl_cdf_ugaussian_Pinv((double)few / (double)n);
	return z <= 0 ? 1 : 2 * gsl_cdf_tdist_Q(z, seen->freedom);
}

static struct effect effect_of(const struct sample *s, const struct settings *settings)
{
	struct estimate seen = estimate(s);
	double *centre, out, tail;
	size_t n = settings->replicates;
	struct effect effect = {
		.known = true, .ratio = exp(seen.centre), .low = exp(seen.centre),
		.high = exp(seen.centre), .p = fabs(seen.centre) < 1e-12, .p_holm = 1,
	};

	/* Boots that agree to the last tick need no bootstrap. */
	if (!(seen.error > 1e-12))
		return effect;
	centre = replicates(s, &seen, settings);
	out = gsl_cdf_tdist_Pinv(0.5 + STATS_LEVEL / 2, seen.freedom);
	tail = gsl_cdf_ugaussian_P(-out);
	effect.low = exp(gsl_stats_quantile_from_sorted_data(centre, 1, n, tail));
	effect.high = exp(gsl_stats_quantile_from_sorted_data(centre, 1, n, 1 - tail));
	effect.p = p_value(centre, n, &seen);
	free(centre);
	return effect;
}

struct effect stats_compare(const struct side *a, const struct side *b,
			    const struct settings *settings)
{
	double *from = logs(a), *to = logs(b);
	struct sample s = { { to, from }, { b->boots, a->boots } };
	struct effect effect = { .known = false };

	if (from && to) {
		if (settings->paired && a->boots == b->boots) {
			for (size_t i = 0; i < a->boots; i++)
				to[i] -= from[i];
			s.value[1] = NULL;
		}
		effect = effect_of(&s, settings);
	}
	free(from);
	free(to);
	return effect;
}

static int by_p(const void *a, const void *b)
{
	const struct effect *x = *(struct effect * const *)a, *y = *(struct effect * const *)b;

	return (x->p > y->p) - (x->p < y->p);
}

size_t stats_holm(struct effect *effect, size_t n)
{
	struct effect **order = calloc(n ? n : 1, sizeof(*order));
	size_t known = 0;
	double least = 0;

	if (!order)
		abort();
	for (size_t i = 0; i < n; i++)
		if (effect[i].known)
			order[known++] = &effect[i];
	qsort(order, known, sizeof(*order), by_p);
	for (size_t i = 0; i < known; i++) {
		least = fmax(least, fmin(1, (double)(known - i) * order[i]->p));
		order[i]->p_holm = least;
	}
	free(order);
	return known;
}

enum verdict stats_verdict(const struct effect *effect, double margin, size_t family)
{
	double p = family > STATS_HOLM_ABOVE ? effect->p_holm : effect->p;

	if (!effect->known)
		return VERDICT_NOTHING;
	if (margin >= 0 && effect->low >= 1 / (1 + margin) && effect->high <= 1 + margin)
		return VERDICT_EQUAL;
	if ((effect->low <= 1 && effect->high >= 1) || p > 1 - STATS_LEVEL)
		return VERDICT_NOTHING;
	return effect->ratio < 1 ? VERDICT_LESS : VERDICT_MORE;
}

const char *stats_verdict_name(enum verdict verdict)
{
	static const char *const names[] = { "~", "equal", "less", "more" };

	return names[verdict];
}
