/* What user space tells the pre-filter, and what the pre-filter has counted. */
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "io/xdp/prefilter_layout.h"

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
