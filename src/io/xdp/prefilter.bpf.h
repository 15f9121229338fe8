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

/* So many of those that lists block reach the core each second by each CPU: it tells who they are,
 * and a few have the fate that they would have without this program. */
enum { kSamplesPerSecond = 100 };
#define SECOND_NS 1000000000ull

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct PrefilterSettings);
} filter_settings SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, kPrefilterEndpoints);
  __type(key, struct PrefilterEndpoint);
  __type(value, struct PrefilterService);
} filter_services SEC(".maps");

/* Tables are built aside and take their place whole; none: nothing of it is listed. */
struct ListedPrefixes {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(struct PrefilterPrefix));
  __uint(value_size, sizeof(struct PrefilterListed));
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, kPrefilterTables);
  __type(key, __u32);
  __array(values, struct ListedPrefixes);
} filter_lists SEC(".maps");

/* Of the table with the same key. */
struct Sieve {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, kPrefilterSieveWords);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(__u64));
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, kPrefilterTables);
  __type(key, __u32);
  __array(values, struct Sieve);
} filter_sieves SEC(".maps");

/* By source (IPv6: /64): when its next SYN is due (the theoretical arrival time of a GCRA, ITU-T
 * I.371), in ns of the kernel's clock. Who has been silent longest gives way. None: no budget. */
struct Budgets {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(struct PrefilterAddress));
  __uint(value_size, sizeof(__u64));
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, 1);
  __type(key, __u32);
  __array(values, struct Budgets);
} filter_budgets SEC(".maps");

/* What was dropped: by reason; by list; by service, SYNs over a budget and frames of clients on a
 * list. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, kPrefilterReasons);
  __type(key, __u32);
  __type(value, struct PrefilterCount);
} filter_dropped SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, kPrefilterLists);
  __type(key, __u32);
  __type(value, __u64);
} filter_by_list SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, kPrefilterServices);
  __type(key, __u32);
  __type(value, __u64);
} filter_syns SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, kPrefilterServices);
  __type(key, __u32);
  __type(value, __u64);
} filter_blocked SEC(".maps");

struct Sample {
  __u64 since;
  __u64 count;
};
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct Sample);
} filter_sample SEC(".maps");

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
