/* Rule 47: what the core would drop anyway ends here, before it costs a worker anything.
 *
 * TCP to the endpoint of a service, plain or behind at most two tags, IPv4 without options or IPv6
 * without extension headers, whole. Whatever else there is passes: the core judges it. So does what
 * a map does not know, also while it is being filled.
 */
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "io/xdp/filtered_frame.bpf.h"
#include "io/xdp/prefilter_layout.h"
#include "io/xdp/prefilter_maps.bpf.h"

/* So many of those that lists block reach the core each second by each CPU: it tells who they are,
 * and a few have the fate that they would have without this program. */
enum { kSamplesPerSecond = 100 };
#define SECOND_NS 1000000000ull

static __always_inline int MayBeListed(__u32 table, __u32 bit) {
  void* sieve = bpf_map_lookup_elem(&filter_sieves, &table);
  if (!sieve) return 0;
  const __u32 index = bit >> 6;
  const __u64* word = bpf_map_lookup_elem(sieve, &index);
  return word && (*word >> (bit & 63) & 1);
}

/* Of what was put in while it runs first, as ListTable does. 0: it is on no list. */
static __always_inline const struct PrefilterListed* FindListed(
    const struct PrefilterAddress* source) {
  const struct PrefilterPrefix prefix = {128, *source};
  const __u32 bit = PrefilterBit(source);
#pragma unroll
  for (__u32 table = 0; table < kPrefilterTables; ++table) {
    const __u32 key = table;
    if (!MayBeListed(table, bit)) continue;
    void* prefixes = bpf_map_lookup_elem(&filter_lists, &key);
    if (!prefixes) continue;
    const struct PrefilterListed* listed = bpf_map_lookup_elem(prefixes, &prefix);
    if (listed && listed->list) return listed; /* a hole leaves it to the next table */
  }
  return 0;
}

/* Two CPUs that look at one source at once may let one SYN more pass. */
static __always_inline int IsOverBudget(const struct PrefilterSettings* settings,
                                        const struct FilteredFrame* frame) {
  const __u32 only = 0;
  void* budgets = bpf_map_lookup_elem(&filter_budgets, &only);
  if (!budgets) return 0;
  struct PrefilterAddress source = frame->source;
  if (frame->v6) source.words[2] = source.words[3] = 0;
  const __u64 now = bpf_ktime_get_ns();
  __u64* due = bpf_map_lookup_elem(budgets, &source);
  if (!due) {
    const __u64 next = now + settings->interval_ns;
    bpf_map_update_elem(budgets, &source, &next, BPF_ANY);
    return 0;
  }
  if (*due > now + settings->burst_ns) return 1;
  *due = (*due > now ? *due : now) + settings->interval_ns;
  return 0;
}

static __always_inline int IsSample(void) {
  const __u32 only = 0;
  struct Sample* sample = bpf_map_lookup_elem(&filter_sample, &only);
  if (!sample) return 1;
  const __u64 now = bpf_ktime_get_ns();
  if (now - sample->since >= SECOND_NS) {
    sample->since = now;
    sample->count = 0;
  }
  return ++sample->count <= kSamplesPerSecond;
}

static __always_inline void Add(void* map, __u32 key) {
  __u64* count = bpf_map_lookup_elem(map, &key);
  if (count) ++*count;
}

static __always_inline int Drop(struct xdp_md* xdp, void* by_service, __u32 service, __u32 reason) {
  struct PrefilterCount* dropped = bpf_map_lookup_elem(&filter_dropped, &reason);
  if (dropped) {
    ++dropped->frames;
    /* A difference of pointers would take CAP_PERFMON. */
    dropped->bytes += bpf_xdp_get_buff_len(xdp);
  }
  Add(by_service, service);
  return 1;
}

/* Whether the frame goes no further. */
static __always_inline int IsFiltered(struct xdp_md* xdp) {
  const __u32 only = 0;
  const struct PrefilterSettings* settings = bpf_map_lookup_elem(&filter_settings, &only);
  if (!settings || !settings->on) return 0;
  struct FilteredFrame frame = {};
  if (!ReadFrame(xdp, &frame)) return 0;
  const struct PrefilterService* service = bpf_map_lookup_elem(&filter_services, &frame.to);
  if (!service) return 0;
  const struct PrefilterListed* listed = FindListed(&frame.source);
  if (listed && listed->verdict == kPrefilterAllow) return 0;
  if (listed && listed->verdict == kPrefilterBlock) {
    if (IsSample()) return 0;
    Add(&filter_by_list, listed->list);
    return Drop(xdp, &filter_blocked, service->number, kPrefilterByList);
  }
  if (!frame.syn || !service->has_budget || !IsOverBudget(settings, &frame)) return 0;
  return Drop(xdp, &filter_syns, service->number, kPrefilterByBudget);
}
