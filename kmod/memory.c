// SPDX-License-Identifier: GPL-2.0
/*
 * memory.c - the Guest's memory: the Launcher's window, pinned whole at creation and
 * released whole at the end (rule 8).
 *
 * Since the pages are pinned, the Host reaches them without faults and the Launcher
 * may unmap, truncate or fork as it likes: the Guest keeps the pages it had.
 */
#include <linux/io.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "lg.h"
#include "check.h"
#include "resident.h"

static int pin_window(struct lg_guest *g, u64 hva)
{
	u32 done = 0;
	int n;

	while (done < g->nr_pages) {
		n = pin_user_pages_fast(hva + ((u64)done << PAGE_SHIFT),
					g->nr_pages - done, FOLL_WRITE | FOLL_LONGTERM,
					g->pages + done);
		if (n <= 0)
			break;
		done += n;
	}
	if (done < g->nr_pages) {
		unpin_user_pages(g->pages, done);
		return n < 0 ? n : -EFAULT;
	}
	for (done = 0; done < g->nr_pages; done++)
		g->frames[done] = page_to_phys(g->pages[done]);
	return 0;
}

int lg_memory_init(struct lg_guest *g, const struct lg_create *create)
{
	int error;

	g->nr_pages = create->memory_pages;
	g->device_pages = create->device_pages;
	g->limit = g->nr_pages << PAGE_SHIFT;
	g->mm = current->mm;
	g->pages = kvcalloc(g->nr_pages, sizeof(*g->pages), GFP_KERNEL_ACCOUNT);
	g->frames = kvcalloc(g->nr_pages, sizeof(*g->frames), GFP_KERNEL_ACCOUNT);
	error = g->pages && g->frames ? 0 : -ENOMEM;
	if (error)
		goto free;
	error = account_locked_vm(g->mm, g->nr_pages, true);
	if (error)
		goto free;
	error = pin_window(g, create->memory_hva);
	if (error)
		goto unaccount;
	mmgrab(g->mm);
	return 0;
unaccount:
	account_locked_vm(g->mm, g->nr_pages, false);
free:
	kvfree(g->frames);
	kvfree(g->pages);
	g->pages = NULL;
	return error;
}

void lg_memory_exit(struct lg_guest *g)
{
	if (!g->pages)
		return;
	vunmap(g->data_map);
	unpin_user_pages_dirty_lock(g->pages, g->nr_pages, true);
	account_locked_vm(g->mm, g->nr_pages, false);
	mmdrop(g->mm);
	kvfree(g->frames);
	kvfree(g->pages);
}

static void read_in_page(struct lg_guest *g, u32 pa, void *to, u32 bytes)
{
	void *guest = lg_map(g, GPA(pa));

	memcpy(to, guest, bytes);
	lg_unmap(guest);
}

/* False if the range is not inside the Guest's memory. */
bool lg_read(struct lg_guest *g, gpa_t pa, void *to, u32 bytes)
{
	u32 part;

	if (!lg_check_range(pa.a, bytes, g->limit))
		return false;
	for (; bytes; bytes -= part, pa.a += part, to += part) {
		part = min_t(u32, bytes, PAGE_SIZE - (pa.a & ~PAGE_MASK));
		read_in_page(g, pa.a, to, part);
	}
	return true;
}

/* Keep lguest_data mapped in the Host: it is read at every hypercall. */
int lg_data_map(struct lg_guest *g, gpa_t pa)
{
	u32 first = pa.a >> PAGE_SHIFT, last;

	if ((pa.a & 3) || !lg_check_range(pa.a, sizeof(*g->data), g->limit))
		return -EFAULT;
	last = (pa.a + sizeof(*g->data) - 1) >> PAGE_SHIFT;
	g->data_map = vmap(&g->pages[first], last - first + 1, VM_MAP, PAGE_KERNEL);
	if (!g->data_map)
		return -ENOMEM;
	g->data = g->data_map + (pa.a & ~PAGE_MASK);
	lg_resident_share(g, pa);
	return 0;
}
